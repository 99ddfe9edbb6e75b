import type { Model } from 'mongoose'
import type { Kept, Release } from '../documents.ts'

/** What goes with an act, beside its document. */
export type Removals = {
  release(releases: readonly Release[]): Promise<void>
  /** Documents that the effect names, as far as they are still its own. */
  erase(ids: readonly string[], effect: string): Promise<void>
}

/** A collection whose documents carry effects. */
export type Carriers = { readonly model: Model<Kept>; readonly removals?: Removals }
