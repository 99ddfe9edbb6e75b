/** One thing asked for by many: on a schedule, or so many at once; what was done of it, what was refused, and how fast. */
import { offer, type Times, timesOf } from './offer.ts'
import type { Answered, Wire } from './wire.ts'

export type Load = { readonly perSecond: number; readonly seconds: number }
/** Answers by status; `unfit` are refusals without Retry-After, `starved` arrivals that nobody was left to make. */
export type Offered = {
  readonly statuses: { readonly [status: string]: number }
  readonly unfit: number
  readonly starved: number
  /** Done per second, while it was offered. */
  readonly goodput: number
  readonly done: Times
  readonly refused: Times
  readonly lateness: Times
  /** CPU of this process for one request, in ms. */
  readonly cost: number
}

export type Crowd<One> = {
  /** Who may come now, in turn: whoever is refused stands at the end again. */
  readonly ready: One[]
  readonly request: (one: One) => Buffer
  /** What says that it is done. */
  readonly status: number
  /** Told that it is done; whether they may come again. */
  readonly done: (one: One, answer: Answered) => boolean
}

const RETRY_AFTER = /^retry-after: \d+\r?$/im
export const tally = () => {
  const statuses: { [status: string]: number } = {}
  let unfit = 0
  return {
    statuses,
    unfit: () => unfit,
    count: ({ status, head }: Answered): void => {
      statuses[status] = (statuses[status] ?? 0) + 1
      if (status === 503 && !RETRY_AFTER.test(head)) unfit += 1
    },
  }
}

const cpu = (): number => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

/** Runs `act` for each, so many at once. */
export const each = async <One>(
  ones: readonly One[],
  atOnce: number,
  act: (one: One) => Promise<void>,
): Promise<void> => {
  const left = [...ones].reverse()
  const worker = async (): Promise<void> => {
    for (let one = left.pop(); one !== undefined; one = left.pop()) await act(one)
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
}

/** Before it is measured: what runs often has been compiled by then. */
const WARM = 100
/** How many a second, once warm and until the last begin, after which fewer and fewer are at it. */
const pace = (ends: readonly number[], atOnce: number): number => {
  const steady = ends.slice(Math.min(WARM, Math.floor(ends.length / 4)), -atOnce)
  return (steady.length - 1) / (((steady.at(-1) ?? 0) - (steady[0] ?? 0)) / 1000)
}

/** Each of them once, so many at once: what the machine can do. */
export const atOnce = async <One>(wire: Wire, count: number, crowd: Crowd<One>): Promise<Offered> => {
  const { statuses, unfit, count: counted } = tally()
  const done: number[] = []
  const refused: number[] = []
  const ends: number[] = []
  const asked = crowd.ready.splice(0)
  const cpuBefore = cpu()
  await each(
    asked,
    count,
    one =>
      new Promise(resolve => {
        const sent = performance.now()
        wire.send(crowd.request(one), answer => {
          counted(answer)
          const now = performance.now()
          if (answer.status === crowd.status) {
            done.push(now - sent)
            ends.push(now)
            crowd.done(one, answer)
          } else {
            refused.push(now - sent)
            crowd.ready.push(one)
          }
          resolve()
        })
      }),
  )
  return {
    statuses,
    unfit: unfit(),
    starved: 0,
    goodput: pace(ends, count),
    done: timesOf(done),
    refused: timesOf(refused),
    lateness: timesOf([]),
    cost: (cpu() - cpuBefore) / asked.length,
  }
}

/** In turn, on a schedule; who is refused comes again later with the very same. */
export const onSchedule = async <One>(wire: Wire, load: Load, crowd: Crowd<One>): Promise<Offered> => {
  const { ready } = crowd
  const { statuses, unfit, count } = tally()
  const done: number[] = []
  const refused: number[] = []
  let inTime = 0
  let starved = 0
  const began = performance.now()
  const cpuBefore = cpu()
  const { lateness } = await offer(load, (due, over) => {
    const one = ready.shift()
    if (one === undefined) {
      starved += 1
      return over()
    }
    wire.send(crowd.request(one), answer => {
      count(answer)
      const now = performance.now()
      if (answer.status === crowd.status) {
        done.push(now - due)
        if (now - began <= load.seconds * 1000) inTime += 1
        if (crowd.done(one, answer)) ready.push(one)
      } else {
        refused.push(now - due)
        ready.push(one)
      }
      over()
    })
  })
  return {
    statuses,
    unfit: unfit(),
    starved,
    goodput: inTime / load.seconds,
    done: timesOf(done),
    refused: timesOf(refused),
    lateness,
    cost: (cpu() - cpuBefore) / (load.perSecond * load.seconds),
  }
}
