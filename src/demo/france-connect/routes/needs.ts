import type { FranceConnectClient, FranceConnectKind } from '../clients.ts'
import type { Faults } from '../faults.ts'
import type { Memory } from '../memory.ts'
import type { TestPerson } from '../people.ts'
import type { Keys } from '../protocol/keys.ts'

export type RouteNeeds = {
  readonly issuer: string
  /** The issuer's own path: « /api/v2 ». */
  readonly path: string
  readonly kind: FranceConnectKind
  readonly clients: readonly FranceConnectClient[]
  readonly people: readonly TestPerson[]
  readonly keys: Keys
  readonly memory: Memory
  /** Milliseconds. */
  readonly clock: () => number
  readonly wait: (ms: number) => Promise<void>
  /** Those in force everywhere. */
  readonly faults: () => Faults
}
