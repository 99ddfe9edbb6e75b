/** What lasts in a store as another store takes it over: kind by kind, a page at a time, as it is kept. */
import type {
  AccountRecord,
  AccountStore,
  AuditCheckpoint,
  AuditEntry,
  AuditStore,
  Consent,
  FactStore,
  Job,
  OccupantStore,
  ServiceRecord,
} from './contracts.ts'
import type { CaseRecord } from './contracts-cases.ts'

/** All of one kind, each thing under its own key. */
export interface LastingKind<Item> {
  count(): Promise<number>
  /** The `limit` first ones that come after that one, in an order of this store's own. */
  page(after: Item | undefined, limit: number): Promise<readonly Item[]>
  /** What is kept under the same key as each of them. */
  find(like: readonly Item[]): Promise<readonly (Item | undefined)[]>
  /** Puts them as they are; what is kept under the same key already is left. */
  put(items: readonly Item[]): Promise<void>
}

/** A segment of the audit as it was left: so many events, the last of which gave that chain. */
export type LastingSegment = {
  readonly segment: string
  readonly count: number
  readonly chain: string
  readonly checkpoint?: AuditCheckpoint
  /** Its events were purged with age. */
  readonly erased: boolean
}

export type LastingKinds = {
  readonly accounts: LastingKind<AccountRecord>
  readonly consents: LastingKind<Consent>
  readonly cases: LastingKind<CaseRecord>
  readonly services: LastingKind<ServiceRecord>
  readonly jobs: LastingKind<Job>
  readonly entries: LastingKind<AuditEntry>
  /** After their entries: where a segment is open, they tell how far it goes. */
  readonly segments: LastingKind<LastingSegment>
}

/** A store opened to be copied from or to, while nobody else uses it. */
export type LastingStore = {
  readonly kinds: LastingKinds
  readonly facts: FactStore
  readonly occupants: OccupantStore
  readonly audit: Pick<AuditStore, 'append' | 'close'>
  readonly accounts: Pick<AccountStore, 'findHolder'>
  /** Finishes what processes that died left half-way, so that each kind holds all that it should. */
  settle(): Promise<void>
  close(): Promise<void>
}
