import type { Model } from 'mongoose'
import type { Ask } from '../away.ts'
import type { Carriers } from '../effects/carriers.ts'
import type { EffectCarrier } from '../effects/effects.ts'
import type { Step } from '../steps.ts'
import type { AccountDocument } from './documents.ts'
import type { Holders } from './holders.ts'

export type AccountNeeds = {
  readonly accounts: Model<AccountDocument>
  readonly holders: Holders
  readonly carriers: Carriers
  readonly effects: EffectCarrier
  readonly ask: Ask
  readonly clock: () => Date
  readonly step: Step
}
