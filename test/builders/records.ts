/** One builder for each thing that stores keep. Every id is new; everything else can be said. */
import { randomBytes } from 'node:crypto'
import type {
  AccountRecord,
  Artefact,
  Consent,
  LookupKey,
  MailedLink,
  NewJob,
  ServiceRecord,
} from '../../src/stores/contracts.ts'
import type { CaseRecord } from '../../src/stores/contracts-cases.ts'

export const anId = (): string => randomBytes(16).toString('base64url')

/** The moment when tests begin; stores are given a clock that starts there. */
export const noon = new Date('2026-03-02T12:00:00.000Z')
export const later = (seconds: number, from: Date = noon): Date => new Date(from.getTime() + seconds * 1000)

export const aNirKey = (value: string = anId(), keyId = 'l1'): LookupKey => ({ keyId, value })

export const aMailedLink = (given: Partial<MailedLink> = {}): MailedLink => ({
  hash: anId(),
  sentAt: noon,
  expiresAt: later(3600),
  wrongPasswords: 0,
  ...given,
})

export const aPendingAccount = (given: Partial<AccountRecord> = {}): AccountRecord => ({
  id: anId(),
  status: 'pending',
  version: 1,
  sealed: `sealed-${anId()}`,
  passwordHash: `hash-${anId()}`,
  passwordChangedAt: noon,
  language: 'fr',
  validAfter: noon,
  terms: { version: '2026-01', hash: 'sha256-of-the-text', acceptedAt: noon },
  nirKeys: [aNirKey()],
  emailKeys: [{ keyId: 'l1', value: anId() }],
  identityKeys: [],
  activation: aMailedLink(),
  createdAt: noon,
  ...given,
})

export const aConsent = (given: Partial<Consent> = {}): Consent => ({
  accountId: anId(),
  serviceId: anId(),
  scopes: ['openid'],
  claims: [],
  givenAt: noon,
  ...given,
})

export const aCase = (given: Partial<CaseRecord> = {}): CaseRecord => ({
  id: anId(),
  version: 1,
  status: 'open',
  claimant: anId(),
  holder: anId(),
  claimantSays: 'hasNone',
  passwordGiven: false,
  openedAt: noon,
  dueBy: later(30 * 86_400),
  ...given,
})

export const aService = (given: Partial<ServiceRecord> = {}): ServiceRecord => ({
  id: anId(),
  version: 1,
  status: 'active',
  firstParty: false,
  metadata: { client_name: 'Service des essais', redirect_uris: ['https://service.example/retour'] },
  sector: 'service.example',
  secrets: [{ hash: 'sha256', createdAt: noon }],
  createdAt: noon,
  updatedAt: noon,
  ...given,
})

export const aJob = (given: Partial<NewJob> = {}): NewJob => ({
  id: anId(),
  queue: 'mail',
  kind: 'activation',
  sealed: `sealed-${anId()}`,
  dueAt: noon,
  expiresAt: later(3600),
  ...given,
})

export const anArtefact = (payload: Artefact['payload'] = {}, indexes: Omit<Artefact, 'payload'> = {}): Artefact => ({
  payload: { iat: 1, ...payload },
  ...indexes,
})

/** A session of an account with what services have in it. */
export const aSession = (
  accountId: string,
  uid: string = anId(),
  authorizations: { readonly [serviceId: string]: unknown } = {},
): Artefact => ({ payload: { uid, accountId, authorizations }, accountId, uid })
