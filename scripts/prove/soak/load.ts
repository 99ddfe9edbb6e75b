/** The day's mix at a steady rate: what is late is let go, never made up for. */
import type { ActName, Acts } from './acts.ts'

/** Of a hundred acts. */
const MIX: { readonly [name in ActName]: number } = {
  'sign-in': 28,
  'authorize with a session': 22,
  refresh: 22,
  'sign-up': 5,
  recovery: 3,
  'sign-out': 5,
  control: 3,
  'bad request': 12,
}

const AT_ONCE = 12

export type Tally = { done: number; failed: number; firstFault?: string }
export type Played = { readonly [name in ActName]: Tally }

const names = Object.keys(MIX) as readonly ActName[]

/** Spread evenly: each act comes again after about a hundred divided by its weight. */
const rota = (): readonly ActName[] => {
  const owed = new Map(names.map(name => [name, 0]))
  return Array.from({ length: 100 }, () => {
    for (const name of names) owed.set(name, (owed.get(name) ?? 0) + MIX[name])
    const next = names.reduce((most, name) => ((owed.get(name) ?? 0) > (owed.get(most) ?? 0) ? name : most))
    owed.set(next, (owed.get(next) ?? 0) - 100)
    return next
  })
}

export type Load = {
  readonly played: Played
  /** Acts that had no turn because as many as may be were under way. */
  late(): number
  /** Waits for what is under way. */
  stop(): Promise<void>
}

export const startLoad = (acts: Acts, perSecond: number): Load => {
  const played = Object.fromEntries(names.map(name => [name, { done: 0, failed: 0 }])) as unknown as Played
  const underWay = new Set<Promise<void>>()
  const turns = rota()
  let turn = 0
  let late = 0

  const play = async (name: ActName): Promise<void> => {
    const tally = played[name]
    try {
      // somebody signs in where nobody has what the act needs
      if (await acts[name]()) tally.done += 1
      else if (await acts['sign-in']()) played['sign-in'].done += 1
    } catch (fault) {
      tally.failed += 1
      tally.firstFault ??= fault instanceof Error ? fault.message : String(fault)
    }
  }
  const begin = (): void => {
    if (underWay.size >= AT_ONCE) {
      late += 1
      return
    }
    const name = turns[turn % turns.length]
    turn += 1
    if (!name) return
    const act: Promise<void> = play(name).finally(() => underWay.delete(act))
    underWay.add(act)
  }
  const clock = setInterval(begin, 1000 / perSecond)
  return {
    played,
    late: () => late,
    async stop() {
      clearInterval(clock)
      await Promise.all(underWay)
    },
  }
}
