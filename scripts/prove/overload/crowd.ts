/** A crowd in a process of its own: people at their sign-in forms, or readers of pages, all on a schedule. */
import { Agent } from 'node:http'
import { makeVisitor, type Visitor } from '../../../test/support/visitor.ts'
import { answerParent } from '../../processes/child.ts'
import { fetchAt } from '../world/servers.ts'
import { offer, type Times, timesOf } from './offer.ts'
import { type Answered, makeWire } from './wire.ts'

export type Place = { readonly port: number; readonly issuer: string }
export type Somebody = { readonly nir: string; readonly password: string; readonly network: string }
export type Load = { readonly perSecond: number; readonly seconds: number }
/** Answers by status; `unfit` are refusals without Retry-After, `starved` arrivals that nobody was left to make. */
export type Offered = {
  readonly statuses: { readonly [status: string]: number }
  readonly unfit: number
  readonly starved: number
  /** Sign-ins done per second, while they were offered. */
  readonly goodput: number
  readonly done: Times
  readonly refused: Times
  readonly lateness: Times
  /** CPU of this process for one request, in ms. */
  readonly cost: number
}
export type PageTimes = {
  readonly statuses: Offered['statuses']
  readonly times: { readonly [page: string]: Times }
  readonly all: Times
}

type Person = Somebody & { readonly visitor: Visitor; form: Buffer | undefined }

let place: Place = { port: 0, issuer: '' }
let wire = makeWire(0)
let people: readonly Person[] = []
let pages: { readonly [name: string]: Buffer } = {}
/** What a form being sent would have said to the server. */
let captured: Buffer | undefined
let capturing = false
const agent = new Agent({ keepAlive: true, maxSockets: 16 })

const bytesOf = (url: string, { method = 'GET', headers = {}, body }: RequestInit): Buffer => {
  const { pathname, search, host } = new URL(url)
  const text = typeof body === 'string' ? body : ''
  const lines = Object.entries({ ...(headers as object), host, ...(text ? { 'content-length': text.length } : {}) })
  return Buffer.from(
    `${method} ${pathname}${search} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${text}`,
  )
}

/** A browser whose next request, when `capturing`, is kept as bytes instead of sent. */
const browserAt = (network: string): Visitor => {
  const really = fetchAt(place.port, place.issuer, agent)
  return makeVisitor(place.issuer, { 'x-forwarded-for': network }, (url, init) => {
    if (!capturing) return really(url, init)
    captured = bytesOf(url, init)
    return Promise.resolve(new Response(''))
  })
}

/** Runs `act` for each, so many at once. */
const each = async <Item>(
  items: readonly Item[],
  atOnce: number,
  act: (item: Item) => Promise<void>,
): Promise<void> => {
  const left = [...items]
  const worker = async (): Promise<void> => {
    for (let item = left.pop(); item !== undefined; item = left.pop()) await act(item)
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
}

/** The browser was closed and opened again: what it keeps is that somebody signed in here. */
const reopen = ({ cookies }: Visitor): void => {
  for (const name of [...cookies.keys()]) if (!/guichet-(devices|language)/.test(name)) cookies.delete(name)
}

const prepare = async (person: Person, authorize: string): Promise<void> => {
  reopen(person.visitor)
  const page = await person.visitor.get(authorize)
  if (page.status !== 200) throw new Error(`no sign-in form: ${page.status}`)
  // synchronous up to the capture: no other browser's request comes between
  capturing = true
  const kept = person.visitor.submit(page, { nir: person.nir, password: person.password }, 'password')
  capturing = false
  person.form = captured
  await kept
}

const keepDevice = (person: Person, head: string): void => {
  const kept = /^set-cookie: (guichet-devices)=([^;]*)/im.exec(head)
  if (kept?.[1] && kept[2]) person.visitor.cookies.set(`${kept[1]}|/`, kept[2])
}

const RETRY_AFTER = /^retry-after: \d+\r?$/im
const tally = () => {
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

/** Before it is measured: what runs often has been compiled by then. */
const WARM = 100
/** How many a second, once warm and until the last begin, after which fewer and fewer are at it. */
const pace = (ends: readonly number[], atOnce: number): number => {
  const steady = ends.slice(Math.min(WARM, Math.floor(ends.length / 4)), -atOnce)
  return (steady.length - 1) / (((steady.at(-1) ?? 0) - (steady[0] ?? 0)) / 1000)
}

/** Everybody signs in, so many at once: what the machine can do. Gives sign-ins per second. */
const closedLoop = async (atOnce: number): Promise<Offered> => {
  const cpuBefore = cpu()
  const { statuses, unfit, count } = tally()
  const times: number[] = []
  const ends: number[] = []
  await each(
    people.filter(({ form }) => form),
    atOnce,
    person =>
      new Promise(resolve => {
        const sent = performance.now()
        wire.send(person.form ?? Buffer.alloc(0), answer => {
          count(answer)
          if (answer.status === 303) {
            const now = performance.now()
            times.push(now - sent)
            ends.push(now)
            keepDevice(person, answer.head)
            person.form = undefined
          }
          resolve()
        })
      }),
  )
  const goodput = pace(ends, atOnce)
  const cost = (cpu() - cpuBefore) / times.length
  return {
    statuses,
    unfit: unfit(),
    starved: 0,
    goodput,
    done: timesOf(times),
    refused: timesOf([]),
    lateness: timesOf([]),
    cost,
  }
}

/** Sign-ins on a schedule; who is refused comes again later, with the same form. */
const signIns = async (load: Load): Promise<Offered> => {
  const ready = people.filter(({ form }) => form)
  const { statuses, unfit, count } = tally()
  const done: number[] = []
  const refused: number[] = []
  let inTime = 0
  let starved = 0
  const began = performance.now()
  const cpuBefore = cpu()
  const { lateness } = await offer(load, (due, over) => {
    const person = ready.shift()
    if (!person?.form) {
      starved += 1
      return over()
    }
    wire.send(person.form, answer => {
      count(answer)
      const now = performance.now()
      if (answer.status === 303) {
        done.push(now - due)
        if (now - began <= load.seconds * 1000) inTime += 1
        person.form = undefined
      } else {
        refused.push(now - due)
        ready.push(person)
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

/** A picture that may be had so many times more; nobody asks for one that is over, nor for more at once than are left. */
type Picture = { readonly request: Buffer; left: number }
const SERVED = 4
const picturesAt = (paths: readonly string[]): Picture[] =>
  paths.map(path => ({ request: bytesOf(place.issuer + path, {}), left: SERVED }))

/** Pictures asked for in turn, on a schedule: done is a 200. */
const pictures = async ({ load, paths }: { readonly load: Load; readonly paths: readonly string[] }) => {
  const ready = picturesAt(paths)
  const { statuses, unfit, count } = tally()
  const done: number[] = []
  const refused: number[] = []
  let inTime = 0
  let starved = 0
  const began = performance.now()
  const cpuBefore = cpu()
  const { lateness } = await offer(load, (due, over) => {
    const picture = ready.shift()
    if (!picture) {
      starved += 1
      return over()
    }
    wire.send(picture.request, answer => {
      count(answer)
      const now = performance.now()
      if (answer.status === 200) {
        done.push(now - due)
        picture.left -= 1
        if (now - began <= load.seconds * 1000) inTime += 1
      } else refused.push(now - due)
      if (picture.left > 0) ready.push(picture)
      over()
    })
  })
  const cost = (cpu() - cpuBefore) / (load.perSecond * load.seconds)
  const goodput = inTime / load.seconds
  return {
    statuses,
    unfit: unfit(),
    starved,
    goodput,
    done: timesOf(done),
    refused: timesOf(refused),
    lateness,
    cost,
  }
}

/** As many as can be had, so many at once: how many a second. */
const picturesAtOnce = async ({ atOnce, paths }: { readonly atOnce: number; readonly paths: readonly string[] }) => {
  const ends: number[] = []
  const asked = picturesAt(paths).flatMap(picture => Array<Picture>(SERVED).fill(picture))
  await each(
    asked,
    atOnce,
    ({ request }) =>
      new Promise(resolve => {
        wire.send(request, ({ status }) => {
          if (status === 200) ends.push(performance.now())
          resolve()
        })
      }),
  )
  return pace(ends, atOnce)
}

/** One page after the other, on a schedule. */
const readPages = async (load: Load): Promise<PageTimes> => {
  const names = Object.keys(pages)
  const { statuses, count } = tally()
  const measured: { [page: string]: number[] } = Object.fromEntries(names.map(name => [name, []]))
  let turn = 0
  await offer(load, (due, over) => {
    const name = names[turn % names.length] ?? ''
    turn += 1
    wire.send(pages[name] ?? Buffer.alloc(0), answer => {
      count(answer)
      measured[name]?.push(performance.now() - due)
      over()
    })
  })
  return {
    statuses,
    times: Object.fromEntries(names.map(name => [name, timesOf(measured[name] ?? [])])),
    all: timesOf(Object.values(measured).flat()),
  }
}

answerParent({
  place: (given: Place) => {
    place = given
    wire = makeWire(given.port)
  },
  join: (given: readonly Somebody[]) => {
    people = [...people, ...given.map(one => ({ ...one, visitor: browserAt(one.network), form: undefined }))]
  },
  /** Gives a form to everybody who has none, within the requests given. */
  prepare: async (authorize: readonly string[]) => {
    const urls = [...authorize]
    await each(
      people.filter(({ form }) => !form),
      12,
      async person => {
        const url = urls.pop()
        if (url) await prepare(person, url)
      },
    )
  },
  prepared: () => people.filter(({ form }) => form).length,
  closedLoop,
  signIns,
  /** Pages to read: what a browser of its own would send for each. */
  pages: (given: {
    readonly [name: string]: { readonly url: string; readonly headers: { readonly [name: string]: string } }
  }) => {
    pages = Object.fromEntries(
      Object.entries(given).map(([name, { url, headers }]) => [name, bytesOf(url, { headers })]),
    )
  },
  readPages,
  pictures,
  picturesAtOnce,
} as Parameters<typeof answerParent>[0])
