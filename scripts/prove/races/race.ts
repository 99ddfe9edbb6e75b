/** What the races share: the processes asked at once, many runs side by side, and what was written while they ran. */
import type { AuditEventName, AuditEvents } from '../../../src/audit/events.ts'
import type { PartNeeds, Row } from '../part.ts'
import type { Server } from '../world/servers.ts'
import type { World } from '../world/world.ts'

export type Arena = Pick<PartNeeds, 'form' | 'store' | 'progress' | 'signal'> & { readonly world: World }

/** One thing raced for, with its own people and services. */
export type Race = (arena: Arena) => Promise<readonly Row[]>

/** The same thing asked of every process at the same moment. */
export const atOnce = <T>(world: World, ask: (server: Server) => Promise<T>): Promise<readonly T[]> =>
  Promise.all(world.servers.map(ask))

const LANES = 6

/** `count` runs, several side by side; each lane has what `begin` makes for it alone. Says how many were run. */
export const inLanes = async <Lane>(
  { progress, signal }: Pick<Arena, 'progress' | 'signal'>,
  { what, count, lanes = LANES }: { readonly what: string; readonly count: number; readonly lanes?: number },
  begin: (lane: number) => Promise<Lane>,
  run: (lane: Lane) => Promise<void>,
): Promise<number> => {
  let begun = 0
  let done = 0
  const one = async (number: number): Promise<void> => {
    const lane = await begin(number)
    while (begun < count && !signal.aborted) {
      begun += 1
      await run(lane)
      done += 1
      progress(`${what} ${done} of ${count}`)
    }
  }
  await Promise.all(Array.from({ length: Math.min(lanes, count) }, (_, number) => one(number)))
  return done
}

/** How many of each. */
export const tally = (outcomes: Iterable<string>): { readonly [outcome: string]: number } => {
  const counts: { [outcome: string]: number } = {}
  for (const outcome of outcomes) counts[outcome] = (counts[outcome] ?? 0) + 1
  return counts
}

const PAGE = 500

/** What events of that name say, of every process so far. */
export const eventsNamed = async <N extends AuditEventName>(
  { foundations }: Pick<World, 'foundations'>,
  name: N,
): Promise<readonly AuditEvents[N][]> => {
  const { audit } = foundations.stores
  const found: AuditEvents[N][] = []
  for (const { segment, count } of await audit.segments()) {
    for (let from = 1; from <= count; from += PAGE) {
      for (const { text } of await audit.read(segment, from, PAGE)) {
        const event = JSON.parse(text)
        if (event.name === name) found.push(event.details)
      }
    }
  }
  return found
}
