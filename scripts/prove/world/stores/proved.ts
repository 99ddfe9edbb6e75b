/** What a proof needs to know of the store that it runs on. */
import type { OpenedContracts } from './contracts.ts'

export const storeKinds = ['embedded', 'mongo', 'mongo-set'] as const
export type StoreKind = (typeof storeKinds)[number]

export type StoreOptions = {
  /** What it writes is not compressed, so that it can be searched as it lies. */
  readonly legible?: boolean
  /** A folder that outlives it, where it may lie already; for the embedded store alone. */
  readonly keptIn?: string
}

export type Lying = { readonly name: string; readonly bytes: Buffer }

export type Taken = {
  readonly bytes: number
  readonly of: readonly { readonly name: string; readonly bytes: number }[]
  /** What is written before it is put in its place: a log that is emptied from time to time. */
  readonly logBytes: number
}

/** `asked`: different questions. `found`: those that read a whole table or collection, or sort it, without a reason. */
export type Walks = { readonly asked: number; readonly found: readonly string[] }

/** A server, or several that are one to those who use them, to be failed on purpose. */
export type Failing = {
  /** SIGKILL; what it had not written is lost. */
  kill(): Promise<void>
  /** Started again with what it had written, once it was killed. */
  restart(): Promise<void>
  /** SIGSTOP, and SIGCONT: it is there, and does not answer. */
  hang(): void
  resume(): void
}

export type StoreServers = {
  /** The MongoDB server that takes writes now. */
  primary(): Promise<Failing>
  /** Waits until the first member takes writes again, which is preferred where there are several. */
  settled(): Promise<void>
  /** All of Redis. */
  readonly redis: Failing
}

export type ProvedStore = {
  readonly kind: StoreKind
  /** GUICHET_* settings that make a server run on it. */
  readonly settings: { readonly [name: string]: string }
  /** Its contracts, opened beside the servers, with the keys that they use. */
  open(more?: { readonly [name: string]: string }): Promise<OpenedContracts>
  /** All that it has written, as it lies, keys apart, and once more by values where what lies is cut in pages. */
  dump(): Promise<readonly Lying[]>
  /** While this is done, nobody else can use it. */
  away<Done>(act: () => Promise<Done>): Promise<Done>
  /** What it takes on the disk, kind by kind, each with its indexes. */
  taken(): Promise<Taken>
  /** How it finds what it is asked for while this is done; the embedded store knows without, of all that it may be asked. */
  walks(act: () => Promise<void>): Promise<Walks>
  /** What lasts, by kind: how many there are, and a digest of them all, whose least change shows. */
  durable(): Promise<{ readonly [kind: string]: string }>
  /** What it runs on; the embedded store runs on nothing. */
  readonly servers?: StoreServers
  /** Erases it. */
  erase(): Promise<void>
}
