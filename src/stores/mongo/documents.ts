/** What documents of every collection have in common. */
import { Schema, type SchemaDefinition, type SchemaOptions } from 'mongoose'
import type { NewJob } from '../contracts.ts'

/** The form that documents are written in: a newer one is read and written by a newer Guichet. */
export const schemaVersion = 1

/** An event as it will lie in the audit. */
export type EventText = { readonly at: Date; readonly text: string }

/** A claim on a look-up key that no longer stands: it goes if it is still the one that was seen. */
export type Release = { readonly holder: string; readonly claim: string }

/**
 * What comes with an act, written into the act's own document by the same update: from there it goes to where it belongs, at once
 * or, when the process died, by a sweep.
 */
export type PendingEffect = {
  readonly _id: string
  readonly at: Date
  /** The audit segment that its events go to, and to no other unless that one was sealed without them. */
  readonly segment?: string
  readonly events?: readonly EventText[]
  readonly jobs?: readonly NewJob[]
  readonly releases?: readonly Release[]
  /** Documents to be erased with the one that carries this. */
  readonly erases?: readonly string[]
}

/** 'erased': gone for every reader, to be deleted once its effects are where they belong. 'importing', 'purging': accounts only. */
export type Hidden = 'erased' | 'importing' | 'purging'

export type Kept = {
  readonly _id: string
  readonly schemaVersion: number
  readonly pending?: readonly PendingEffect[]
  readonly hidden?: Hidden
  readonly hiddenAt?: Date
}

export const schemaOptions = {
  strict: 'throw',
  versionKey: false,
  id: false,
  minimize: false,
  autoIndex: false,
  autoCreate: false,
} as const satisfies SchemaOptions

const text = { type: String, required: true } as const
const date = { type: Date, required: true } as const

export const fields = {
  text,
  date,
  whole: { type: Number, required: true, validate: Number.isSafeInteger },
  identified: { _id: text, schemaVersion: { type: Number, required: true, min: 1, max: schemaVersion } },
} as const satisfies { [name: string]: unknown }

export const jobFields = {
  queue: { ...text, enum: ['mail', 'backchannelLogout'] },
  kind: text,
  sealed: String,
  dueAt: Date,
  expiresAt: date,
} as const satisfies SchemaDefinition

/** Of documents that acts are written to. */
export const keptFields = {
  ...fields.identified,
  // our own making, and written as it is: casting it costs more than the rest of an act
  pending: { type: [Schema.Types.Mixed], default: undefined },
  hidden: { type: String, enum: ['erased', 'importing', 'purging'] },
  hiddenAt: Date,
} as const satisfies SchemaDefinition

/** Indexes of documents that acts are written to: effects left behind, and documents on their way in or out. */
export const keptIndexes = [
  [{ 'pending.at': 1 }, { partialFilterExpression: { pending: { $exists: true } } }],
  [{ hiddenAt: 1 }, { partialFilterExpression: { hiddenAt: { $exists: true } } }],
] as const

export const shown = { hidden: { $exists: false } } as const

/** So many effects wait in one document at most; beyond it the store counts as away. */
const mostPending = 32
export const hasRoom = { [`pending.${mostPending - 1}`]: { $exists: false } }
export const isFull = ({ pending }: Pick<Kept, 'pending'>): boolean => (pending?.length ?? 0) >= mostPending

/** What an update adds to carry an effect. */
export const carrying = (effect: PendingEffect | undefined) => (effect ? { $push: { pending: effect } } : {})

/** The documents of one that is made with its effect. */
export const born = (effect: PendingEffect | undefined) => ({
  schemaVersion,
  ...(effect && { pending: [effect] }),
})

/** Those whose id begins with these parts: ids are parts joined by colons. */
export const idsUnder = (part: string) => ({ $gt: `${part}:`, $lt: `${part};` })
