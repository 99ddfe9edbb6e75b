/** What a proof needs to know of the store that it runs on. */
import type { OpenedContracts } from './contracts.ts'

export const storeKinds = ['embedded', 'mongo', 'mongo-set'] as const
export type StoreKind = (typeof storeKinds)[number]

export type Lying = { readonly name: string; readonly bytes: Buffer }

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
  /** Bytes that it takes. */
  size(): Promise<number>
  /** What lasts, by kind: how many there are, and a digest of them all, whose least change shows. */
  durable(): Promise<{ readonly [kind: string]: string }>
  /** Erases it. */
  erase(): Promise<void>
}
