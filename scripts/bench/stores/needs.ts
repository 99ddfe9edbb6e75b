import type { Plan } from '../rounds.ts'
import type { BenchNeeds } from '../serving.ts'
import type { Measure } from '../table.ts'
import type { BenchWorld } from './world.ts'

export type StoresNeeds = BenchNeeds & {
  readonly world: BenchWorld
  /** Of the acts of a whole bench, so that it can be tried small: 1, or less. */
  readonly scale: number
  /** How many accounts the larger of two databases has. */
  readonly accounts: number
  readonly say: (line: string) => void
}
export type TakeOnStores = (needs: StoresNeeds) => Promise<readonly Measure[]>

/** The same bounds in time, fewer acts. Counts stay even: they are shared between two. */
export const scaled = ({ warmUp, rounds, count, limitMs }: Plan, scale: number): Plan => ({
  warmUp: 2 * Math.ceil((warmUp * scale) / 2),
  rounds: Math.max(3, Math.round(rounds * Math.sqrt(scale))),
  count: 2 * Math.ceil((count * scale) / 2),
  limitMs,
})

export const storeEnv = (settings: { readonly [name: string]: string }): { readonly [name: string]: string } => ({
  BENCH_STORE: JSON.stringify(settings),
})
