/**
 * What Guichet asks of its stores. Every method is atomic: whoever could race is settled inside it.
 * Implementations (sqlite/, later mongo/ and redis/) are held to the suites of test/contract/.
 *
 * Stores never see personal data in clear: `sealed` values are envelopes, look-up keys are HMACs (protection/).
 * A store which cannot answer in time throws StoreAway: the person sees a 503 page and may safely try again.
 */
import type { AuditEvent } from '../audit/events.ts'
import type { CaseId, CaseStore } from './contracts-cases.ts'
import type { AccountId, Effects, JobQueue, NewJob } from './contracts-effects.ts'

export type { AccountId, Effects, JobQueue, NewJob }

export type Language = 'fr' | 'en'

/** HMAC-SHA-256 (base64url) of something looked up, under the key of that id. One value has one look-up key for each key of the ring. */
export type LookupKey = { readonly keyId: string; readonly value: string }

export type AccountStatus = 'pending' | 'active' | 'suspended' | 'closed'

/** A mailed link's one-time token, known by its hash only. `usedAt` is kept so that a link used twice is told from an unknown one. */
export type MailedLink = {
  readonly hash: string
  readonly expiresAt: Date
  /** When it was made: a password changed since kills it. */
  readonly sentAt: Date
  readonly wrongPasswords: number
  readonly usedAt?: Date
}

/** Proof of acceptance of the terms: their version, SHA-256 of their text, and when. */
export type AcceptedTerms = { readonly version: string; readonly hash: string; readonly acceptedAt: Date }

export type AccountRecord = {
  readonly id: AccountId
  readonly status: AccountStatus
  /** Grows by one at each change: changes are compare-and-set on it. */
  readonly version: number
  /** The envelope of PersonalData (identity/person.ts), bound to `id`. */
  readonly sealed: string
  readonly passwordHash?: string
  readonly passwordChangedAt?: Date
  readonly language: Language
  /** Sessions, codes and tokens older than this are refused, whatever an expiring store may have lost or brought back. */
  readonly validAfter: Date
  readonly terms: AcceptedTerms
  /** Under every key of the ring. Not unique while pending. None: the account holds no number. */
  readonly nirKeys: readonly LookupKey[]
  /** Of the normalised e-mail; several accounts may share one. */
  readonly emailKeys: readonly LookupKey[]
  /**
   * Of the identities of upstream providers (issuer, sub) that open the account, each under every key of the ring. Unique among
   * accounts that are active or suspended.
   */
  readonly identityKeys: readonly LookupKey[]
  readonly emailVerifiedAt?: Date
  readonly activation?: MailedLink
  readonly recovery?: MailedLink
  /** Confirms an address that nobody has confirmed yet. */
  readonly emailLink?: MailedLink
  /** Undoes the link of an identity. */
  readonly undoLink?: MailedLink
  /** Lets an identity whose sub has changed open the account. */
  readonly moveLink?: MailedLink
  /** Cases that are open about it: what opens it, its address and its number stay as they are meanwhile. */
  readonly cases?: readonly CaseId[]
  /** The service that the person came from at sign-up, to lead back to it. */
  readonly cameFrom?: string
  readonly createdAt: Date
  readonly activatedAt?: Date
}

/** What `change` may set. `undefined` removes an optional field; a field left out stays as it is. */
export type AccountChange = {
  readonly [K in Exclude<keyof AccountRecord, 'id' | 'version' | 'createdAt' | 'nirKeys' | 'identityKeys'>]?:
    | AccountRecord[K]
    | undefined
}

/** An account's envelope and look-up keys, made anew under the keys of today. `version` is the one that they were made from. */
export type Rekeyed = Pick<AccountRecord, 'id' | 'version' | 'sealed' | 'nirKeys' | 'emailKeys' | 'identityKeys'>

/** What lasts about accounts. */
export interface AccountStore {
  create(account: AccountRecord, effects: Effects): Promise<void>
  find(id: AccountId): Promise<AccountRecord | undefined>
  /**
   * The account that holds the number: active or suspended, never pending. Given under every key of the ring. Takes as long
   * when nobody does.
   */
  findHolder(nirKeys: readonly LookupKey[]): Promise<AccountRecord | undefined>
  /** Pending accounts that claim the number, newest first, 100 at most. */
  findClaims(nirKeys: readonly LookupKey[]): Promise<readonly AccountRecord[]>
  /** Pending claims on the number, counted up to `bound`. */
  countClaims(nirKeys: readonly LookupKey[], bound: number): Promise<number>
  /** Compare-and-set on `version`. 'conflict': somebody changed it meanwhile, read again. */
  change(
    id: AccountId,
    version: number,
    change: AccountChange,
    effects: Effects,
  ): Promise<'changed' | 'conflict' | 'gone'>
  /**
   * Makes the pending account the holder of its number, under every key of `nirKeys` (taken oldest first), and active.
   * 'held': another account holds it, and nothing has changed. 'conflict': the account is not at `version`. Effects are written only with 'activated'.
   */
  activate(
    id: AccountId,
    version: number,
    nirKeys: readonly LookupKey[],
    change: AccountChange,
    effects: Effects,
  ): Promise<'activated' | 'alreadyActive' | 'held' | 'conflict' | 'gone'>
  /** The account, active or suspended, that an identity of an upstream provider opens. Given under every key of the ring. */
  findByIdentity(keys: readonly LookupKey[]): Promise<AccountRecord | undefined>
  /**
   * Makes an active account in one act, which holds its number and its identities. 'identityHeld' or 'numberHeld': another
   * account does, the former when both, and nothing has changed. 'exists': an account of that id is there already, as after a
   * try that was cut short once it was done. Effects are written only with 'opened'.
   */
  open(account: AccountRecord, effects: Effects): Promise<'opened' | 'numberHeld' | 'identityHeld' | 'exists'>
  /**
   * An identity, under every key of the ring, opens the active account from now on, and those `instead` of which it comes do not
   * any more. 'held': it opens another one, and nothing has changed. Linked again, it is there once.
   */
  link(
    id: AccountId,
    version: number,
    keys: readonly LookupKey[],
    change: AccountChange,
    effects: Effects,
    instead?: readonly LookupKey[],
  ): Promise<'linked' | 'held' | 'conflict' | 'gone'>
  /** The identity opens the account no more. */
  unlink(
    id: AccountId,
    version: number,
    keys: readonly LookupKey[],
    change: AccountChange,
    effects: Effects,
  ): Promise<'unlinked' | 'conflict' | 'gone'>
  /** A number, under every key of the ring, is the account's, which had none. 'held': another account holds it, and nothing has changed. */
  takeNumber(
    id: AccountId,
    version: number,
    nirKeys: readonly LookupKey[],
    change: AccountChange,
    effects: Effects,
  ): Promise<'taken' | 'held' | 'conflict' | 'gone'>
  /** The account holds no number from now on. It stands. */
  giveUpNumber(
    id: AccountId,
    version: number,
    change: AccountChange,
    effects: Effects,
  ): Promise<'givenUp' | 'conflict' | 'gone'>
  /** Takes the number back from its holder and closes the account (a support agent's act), if it is at `expectedVersion` when given. */
  releaseNumber(
    id: AccountId,
    at: Date,
    effects: Effects,
    expectedVersion?: number,
  ): Promise<'released' | 'conflict' | 'gone'>
  /** Erases a pending account and nothing else. */
  erasePending(id: AccountId, effects: Effects): Promise<'erased' | 'notPending' | 'gone'>
  /**
   * Puts whole accounts as they are, in one batch: holders hold their number, pending ones claim it. Another store's accounts are
   * brought in by it. Says what became of each, in order: 'known' when an account of that id is there already, which is left as it
   * is; 'held' when another one holds the number, and nothing has changed.
   */
  import(accounts: readonly AccountRecord[]): Promise<readonly ('imported' | 'known' | 'held')[]>
  /** Every account, closed ones too, in the order of ids: the `limit` first ones after `after`. */
  walk(after: AccountId | undefined, limit: number): Promise<readonly AccountRecord[]>
  count(): Promise<number>
  /**
   * Puts accounts under newer keys, each by a compare-and-set of its own on `version`; says what became of each, in order.
   * A holder holds its number under exactly the keys given, a pending account claims it under them. 'held': another account
   * holds it under one of them, and nothing has changed.
   */
  rekey(accounts: readonly Rekeyed[]): Promise<readonly ('changed' | 'conflict' | 'gone' | 'held')[]>
  /** Erases pending accounts made before `before`, `limit` at most, with the effects of so many; says how many. */
  purgePending(before: Date, limit: number, effects: (count: number) => Effects): Promise<number>
}

/** A durable, remembered consent, apart from the provider's Grants. One for each (account, service). */
export type Consent = {
  readonly accountId: AccountId
  readonly serviceId: string
  readonly scopes: readonly string[]
  readonly claims: readonly string[]
  readonly givenAt: Date
}

export interface ConsentStore {
  find(accountId: AccountId, serviceId: string): Promise<Consent | undefined>
  /** Adds to what was consented (union of scopes and claims), and dates it. */
  give(consent: Consent, effects: Effects): Promise<void>
  withdraw(accountId: AccountId, serviceId: string, effects: Effects): Promise<'withdrawn' | 'none'>
  list(accountId: AccountId): Promise<readonly Consent[]>
  /** Puts consents as they are, in one batch, in the place of those that stand. Another store's are brought in by it. */
  import(consents: readonly Consent[]): Promise<void>
}

export type ServiceSecret = { readonly hash: string; readonly createdAt: Date; readonly expiresAt?: Date }

/** A relying party. `metadata` is its client metadata as OpenID Connect Registration names it, without secret. */
export type ServiceRecord = {
  readonly id: string
  readonly version: number
  readonly status: 'active' | 'disabled'
  readonly firstParty: boolean
  readonly metadata: { readonly [name: string]: unknown }
  /** Pairwise sector, fixed at registration. */
  readonly sector: string
  /** Newest first; those expired are ignored. */
  readonly secrets: readonly ServiceSecret[]
  readonly createdAt: Date
  readonly updatedAt: Date
}

export interface ServiceStore {
  add(service: ServiceRecord, effects: Effects): Promise<'added' | 'exists'>
  /** Fast: may answer from memory when it knows that nothing has changed. The same object comes back while the service is unchanged. */
  find(id: string): Promise<ServiceRecord | undefined>
  list(): Promise<readonly ServiceRecord[]>
  change(service: ServiceRecord, expectedVersion: number, effects: Effects): Promise<'changed' | 'conflict' | 'gone'>
  remove(id: string, effects: Effects): Promise<'removed' | 'gone'>
}

export type Job = NewJob & { readonly attempts: number }

/** The outbox: at least once, and an attempt lost by a crash is doubled at most once. */
export interface JobStore {
  /** Tells of jobs that this process has just added (another one's are found by looking), soon after they were written. */
  onAdded(tell: (queue: JobQueue) => void): void
  add(jobs: readonly NewJob[]): Promise<void>
  /** Takes jobs due, for this worker alone until `until`; each counts one more attempt. */
  lease(queue: JobQueue, now: Date, until: Date, limit: number): Promise<readonly Job[]>
  finish(id: string, effects: Effects): Promise<void>
  retry(id: string, dueAt: Date): Promise<void>
  /** When the next job of the queue is due, leased ones included at the end of their lease. */
  nextDue(queue: JobQueue): Promise<Date | undefined>
  count(queue: JobQueue): Promise<number>
  /** Removes jobs past `expiresAt`; gives them back so that their loss is told in the log. */
  purge(now: Date, limit: number): Promise<readonly Job[]>
}

/** An event as it lies in its segment: `chain` = HMAC over the former's chain and this one's text. */
export type AuditEntry = {
  readonly segment: string
  readonly sequence: number
  readonly at: Date
  readonly text: string
  readonly chain: string
}
export type AuditCheckpoint = {
  readonly segment: string
  readonly count: number
  readonly chain: string
  readonly closedAt: Date
  readonly signature: string
}

/** Append-only. A segment is one process and one day; purge removes whole segments and keeps their checkpoints. */
export interface AuditStore {
  append(events: readonly AuditEvent[]): Promise<void>
  segments(): Promise<
    readonly { readonly segment: string; readonly count: number; readonly checkpoint: AuditCheckpoint | undefined }[]
  >
  read(segment: string, fromSequence: number, limit: number): Promise<readonly AuditEntry[]>
  /** Closes segments of past days, and this process's own when it stops. */
  close(now: Date, own: boolean): Promise<void>
  purge(before: Date): Promise<number>
}

/** Small facts about the store itself: fingerprints, schema version. */
export interface FactStore {
  /** Sets it if it is unset; gives what stands afterwards. */
  settle(name: string, value: string): Promise<string>
  get(name: string): Promise<string | undefined>
}

export type Occupation = 'using' | 'copying'

/** Which processes have the store open. One that dies without a word is there for as long as it last said. */
export interface OccupantStore {
  /** This process stays until then; gives what the others are there for now. Of two that come at once, one at least sees the other. */
  stay(occupation: Occupation, now: Date, until: Date): Promise<readonly Occupation[]>
  leave(): Promise<void>
}

/** What expires: `id`s are hashed and values sealed by the store before they lie anywhere. */
export interface RecordStore {
  put(kind: string, id: string, value: unknown, expiresAt: Date): Promise<void>
  /** 'taken': one stands already, unexpired, and was left. */
  putNew(kind: string, id: string, value: unknown, expiresAt: Date): Promise<'put' | 'taken'>
  get(kind: string, id: string): Promise<unknown | undefined>
  /** Returns and removes, once: of concurrent takers all but one get undefined. */
  take(kind: string, id: string): Promise<unknown | undefined>
  remove(kind: string, id: string): Promise<void>
}

/** After `free` failures, waits double from `firstWait` to `longestWait`; forgotten `memory` after the last one. Seconds. */
export type WaitPolicy = {
  readonly free: number
  readonly firstWait: number
  readonly longestWait: number
  readonly memory: number
}
/** At most `max` in `window` seconds, counted from the first. */
export type CountPolicy = { readonly max: number; readonly window: number }

export interface ThrottleStore {
  /**
   * Counts a try before it is made, atomically. Refused while a wait runs: then nothing is counted nor lengthened.
   * `count` is how many stand now, this one included.
   */
  attempt(
    name: string,
    key: string,
    policy: WaitPolicy,
    now: Date,
  ): Promise<{ readonly granted: true; readonly count: number } | { readonly granted: false; readonly until: Date }>
  /** Counts within a fixed window. Refused beyond `max`; `until` is the window's end. */
  count(
    name: string,
    key: string,
    policy: CountPolicy,
    now: Date,
  ): Promise<{ readonly granted: boolean; readonly count: number; readonly until: Date }>
  /**
   * Remembers `member` in the set of `key`; refused when that would make more than `max` distinct ones in `window` seconds.
   * (Three numbers a mailbox in 30 days.)
   */
  distinct(
    name: string,
    key: string,
    member: string,
    policy: CountPolicy,
    now: Date,
  ): Promise<{ readonly granted: boolean }>
  /** How many stand, without counting. */
  peek(name: string, key: string, now: Date): Promise<number>
  reset(name: string, key: string): Promise<void>
}

/** An artefact of the provider's (its « model »), with what is indexed. Everything but these indexes is sealed by the store. */
export type Artefact = {
  readonly payload: { readonly [name: string]: unknown }
  readonly accountId?: string | undefined
  readonly serviceId?: string | undefined
  readonly grantId?: string | undefined
  readonly uid?: string | undefined
  readonly userCode?: string | undefined
  /** The id that a Session leaves for this one: destroyed in the same act. */
  readonly replaces?: string | undefined
}
export type FoundArtefact = {
  readonly payload: { readonly [name: string]: unknown }
  readonly consumedAt: Date | undefined
}
export type SessionFound = { readonly uid: string; readonly payload: { readonly [name: string]: unknown } }

export interface ArtefactStore {
  /**
   * For a Session, `authorizations` are merged with those that stand: two sign-ins on one session both keep theirs.
   * 'ended': nothing was kept, for this Grant has ended, or the one that it comes from, or this session. Whoever saves while the
   * Grant ends either is told so or sees it end with the rest.
   */
  upsert(model: string, id: string, artefact: Artefact, expiresAt: Date): Promise<'saved' | 'ended'>
  find(model: string, id: string): Promise<FoundArtefact | undefined>
  findByUid(model: string, uid: string): Promise<FoundArtefact | undefined>
  findByUserCode(model: string, userCode: string): Promise<FoundArtefact | undefined>
  /** Sets consumed if unset; 'lost' when another one did first. The record is kept for its whole life, so that a replay is seen. */
  consume(model: string, id: string, at: Date): Promise<'consumed' | 'lost' | 'gone'>
  /** A Session destroyed never comes back by a save that comes late; what that save adds goes to the session's new id, if it has one. */
  destroy(model: string, id: string): Promise<void>
  /** Until then no save brings the session of this uid back, under whatever id. What stands of it is still to be destroyed. */
  rememberSessionEnd(uid: string, until: Date): Promise<void>
  /** Whether its end is remembered. */
  isSessionEnded(uid: string): Promise<boolean>
  /** Idempotent: ends the Grant and every artefact that came from it. Until then it is remembered as ended: see upsert. */
  revokeByGrant(grantId: string, until: Date): Promise<void>
  /** Idempotent: ends what came from the Grant under that model. The Grant stands. */
  revokeModelByGrant(grantId: string, model: string): Promise<void>
  /** Replay detection, in one step. */
  unique(id: string, expiresAt: Date): Promise<boolean>
  /** Sessions of an account, newest first, 100 at most. */
  sessions(accountId: AccountId): Promise<readonly SessionFound[]>
  /**
   * Ends sessions, grants, codes and tokens of an account; gives the sessions that were, for back-channel logout. Those that had
   * expired before are still to be leased. Grants are remembered as ended until they would have expired.
   */
  endAccount(accountId: AccountId): Promise<readonly SessionFound[]>
  /** Ends what one service holds, of one account or of all. Grants are remembered as ended until they would have expired. */
  endService(serviceId: string, accountId?: AccountId): Promise<void>
  /**
   * Sessions that have expired and whose services are to be told, `limit` at most, for this caller alone until `until`. They
   * stay until they are forgotten: whoever dies half-way leaves them to the next.
   */
  leaseExpiredSessions(now: Date, until: Date, limit: number): Promise<readonly SessionFound[]>
  /** What was leased of that session goes: its services are told, or will be. */
  forgetExpiredSession(uid: string, now: Date): Promise<void>
}

/** Every store of a set-up, opened together. */
export type Stores = {
  readonly accounts: AccountStore
  readonly consents: ConsentStore
  readonly cases: CaseStore
  readonly services: ServiceStore
  readonly jobs: JobStore
  readonly audit: AuditStore
  readonly facts: FactStore
  readonly records: RecordStore
  readonly throttles: ThrottleStore
  readonly artefacts: ArtefactStore
  /** Removes what has expired, `limit` rows at most; says how many were. */
  purgeExpired(now: Date, limit: number): Promise<number>
  /** Answers when the store can read and write. */
  ready(): Promise<void>
  close(): Promise<void>
}

/** When whoever was turned away by StoreAway is told to come back. */
export const STORE_AWAY_SECONDS = 60

/** The store cannot answer now; nothing was done, or it is safe to do it again. */
export class StoreAway extends Error {
  override readonly name = 'StoreAway'
}
