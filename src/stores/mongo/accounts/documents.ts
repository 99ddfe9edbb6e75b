/** An account as its document holds it, and back. */
import { Schema } from 'mongoose'
import type { AccountRecord, LookupKey } from '../../contracts.ts'
import { fields, type Kept, keptFields, keptIndexes, schemaOptions, schemaVersion } from '../documents.ts'

export type AccountDocument = Kept &
  Omit<AccountRecord, 'id' | 'identityKeys'> & {
    /** Absent from documents written before there were any. */
    readonly identityKeys?: readonly LookupKey[]
    /** The number under every key, while pending: any number of accounts may claim it. */
    readonly claims?: readonly string[]
    /** The purge that marked it. */
    readonly purge?: string
  }

/**
 * Who may hold a number, or an identity, under one key: the id is the rule that there is one. Whether it does, its account says.
 * The look-up keys of the two are of different purposes: none is ever the other's.
 */
export type HolderDocument = {
  readonly _id: string
  readonly schemaVersion: number
  readonly accountId: string
  /** Of the try that made it or took it over: a step that comes late no longer finds it. */
  readonly claim: string
  readonly at: Date
}

const { text, date, whole, identified } = fields

const link = new Schema(
  { hash: text, expiresAt: date, sentAt: date, wrongPasswords: { ...whole, min: 0 }, usedAt: Date },
  { ...schemaOptions, _id: false },
)
const terms = new Schema({ version: text, hash: text, acceptedAt: date }, { ...schemaOptions, _id: false })
const lookupKeys = { type: [{ _id: false, keyId: text, value: text }], required: true } as const

export const accountSchema = new Schema<AccountDocument>(
  {
    ...keptFields,
    status: { ...text, enum: ['pending', 'active', 'suspended', 'closed'] },
    version: { ...whole, min: 1 },
    sealed: text,
    passwordHash: String,
    passwordChangedAt: Date,
    language: { ...text, enum: ['fr', 'en'] },
    validAfter: date,
    terms: { type: terms, required: true },
    nirKeys: lookupKeys,
    emailKeys: lookupKeys,
    identityKeys: { type: lookupKeys.type, default: undefined },
    emailVerifiedAt: Date,
    activation: link,
    recovery: link,
    emailLink: link,
    undoLink: link,
    moveLink: link,
    cases: { type: [String], default: undefined },
    cameFrom: String,
    createdAt: date,
    activatedAt: Date,
    claims: { type: [String], default: undefined },
    purge: String,
  },
  schemaOptions,
)
accountSchema.index({ claims: 1, createdAt: -1 }, { partialFilterExpression: { claims: { $exists: true } } })
accountSchema.index({ createdAt: 1 }, { partialFilterExpression: { status: 'pending' } })
for (const [keys, options] of keptIndexes) accountSchema.index(keys, options)

export const holderSchema = new Schema<HolderDocument>(
  { ...identified, accountId: text, claim: text, at: date },
  schemaOptions,
)

export const holderId = ({ keyId, value }: LookupKey): string => `${keyId}:${value}`

export const holds = ({ status }: Pick<AccountRecord, 'status'>): boolean =>
  status === 'active' || status === 'suspended'

/** What says in the document that a pending account claims its number. */
export const claimsOf = ({ status, nirKeys }: Pick<AccountRecord, 'status' | 'nirKeys'>) =>
  status === 'pending' ? { claims: nirKeys.map(holderId) } : {}

export const documentOf = ({ id, ...account }: AccountRecord): AccountDocument => ({
  _id: id,
  schemaVersion,
  ...account,
  ...claimsOf(account),
})

export const accountOf = ({ _id, ...document }: AccountDocument): AccountRecord => {
  const {
    schemaVersion: _schemaVersion,
    pending: _pending,
    hidden: _hidden,
    hiddenAt: _hiddenAt,
    claims: _claims,
    purge: _purge,
    ...account
  } = document
  return { id: _id, ...account, identityKeys: account.identityKeys ?? [] }
}

/** Everything that one account alone may have: its identities, and its number. */
export const heldBy = ({
  identityKeys = [],
  nirKeys,
}: Pick<AccountDocument, 'identityKeys' | 'nirKeys'>): readonly LookupKey[] => [...identityKeys, ...nirKeys]
