/** Mails to come, as they wait in the outbox. Requests only ask; the worker (worker.ts) decides which mails leave, and to whom. */
import { randomBytes, randomInt } from 'node:crypto'
import type { Device } from '../accounts/sign-in/devices.ts'
import type { Vault } from '../protection/vault.ts'
import type { AccountId, Job, Language, NewJob } from '../stores/contracts.ts'
import type { CaseId, CaseVerdict } from '../stores/contracts-cases.ts'

/**
 * What a mailed link is made of. The secret is drawn with the job and lies sealed in it, so that an attempt made twice
 * sends the same link twice, and both work.
 */
type LinkAsked = { readonly secret: string; readonly askedAt: string }

/** Who asked. Neither for a job of a former version. */
export type AskedFrom = {
  /** A throttle's key. */
  readonly network?: string
  /** From a link mailed before: by whoever reads that mailbox. */
  readonly fromLink?: true
}

/** What a case tells its two people. `at`: when it was opened, or until when one waits, or when a decision takes effect. */
export type CaseNews =
  | { readonly news: 'opened' | 'reopened'; readonly at: string }
  | { readonly news: 'decided' | 'closed'; readonly effect: CaseVerdict; readonly at: string }

export type MailJobs = {
  /** After a sign-up, « Renvoyer le courriel », « Corriger l'adresse » or a new link: to the address of the pending account. */
  signUp: { readonly accountId: AccountId } & LinkAsked & AskedFrom
  /** The neutral form: recovery for the holder, the activation link for a pending account, nothing for the others. */
  access: {
    readonly nir: string
    /** Normalised. */
    readonly email: string
    readonly language: Language
    readonly serviceId?: string
    /** Accounts that the browser which asked has opened before. */
    readonly devices?: readonly Device[]
  } & LinkAsked &
    AskedFrom
  /** A new recovery link, asked from one that is dead. */
  recovery: { readonly accountId: AccountId } & LinkAsked & AskedFrom
  holderWarned: { readonly accountId: AccountId; readonly at: string }
  passwordChanged: { readonly accountId: AccountId; readonly at: string }
  newDevice: { readonly accountId: AccountId; readonly at: string }
  /** To the confirmed address, with a way to undo it. `askedAt` is when it was linked. */
  identityLinked: { readonly accountId: AccountId; readonly upstream: string } & LinkAsked & AskedFrom
  identityUnlinked: { readonly accountId: AccountId; readonly upstream: string; readonly at: string }
  /** To the confirmed address of the holder whom an upstream verified before, and to nobody else. */
  moveIdentity: { readonly nir: string } & LinkAsked & AskedFrom
  /** To the address that the account had until then. */
  emailChanging: { readonly accountId: AccountId; readonly to: string; readonly at: string }
  /** To the address that the account had when it was asked. */
  case: {
    readonly reference: CaseId
    readonly party: 'claimant' | 'holder'
    readonly accountId: AccountId
    readonly to: string
    readonly language: Language
  } & CaseNews
  /** To the address of the account, which nobody has confirmed yet. */
  confirmEmail: { readonly accountId: AccountId } & LinkAsked & AskedFrom
}
export type MailJobKind = keyof MailJobs
export type MailJob = { readonly [K in MailJobKind]: { readonly kind: K; readonly payload: MailJobs[K] } }[MailJobKind]

const LINK_BYTES = 32
/** Beyond, a mail tells of something too old to be of use. */
const LIFETIME_MS = 24 * 3_600_000

const purpose = (kind: string) => `mail:${kind}`

/** A fresh link, asked now. */
export const linkAsked = (now: Date, from: AskedFrom): LinkAsked & AskedFrom => ({
  secret: randomBytes(LINK_BYTES).toString('base64url'),
  askedAt: now.toISOString(),
  ...from,
})

export type Outbox = {
  /** A job to write with its act. */
  mail<K extends MailJobKind>(kind: K, payload: MailJobs[K]): NewJob
  /** undefined when it does not open: sealed under a key that left the ring, or of a version that is gone. */
  open(job: Job): MailJob | undefined
}

export type OutboxNeeds = {
  readonly vault: Vault
  readonly clock: () => Date
  /** Mails leave within so many seconds, at random: the work of one that leaves is not in what is asked just after. */
  readonly spreadSeconds: number
}

export const makeOutbox = ({ vault, clock, spreadSeconds }: OutboxNeeds): Outbox => ({
  mail: (kind, payload) => {
    const now = clock()
    return {
      id: randomBytes(16).toString('base64url'),
      queue: 'mail',
      kind,
      sealed: vault.seal(purpose(kind), payload),
      dueAt: new Date(now.getTime() + randomInt(spreadSeconds * 1000 + 1)),
      expiresAt: new Date(now.getTime() + LIFETIME_MS),
    }
  },
  open: job => {
    const payload = vault.open(purpose(job.kind), job.sealed)
    // sealed for its kind by `mail` above: it can be nothing else
    return payload === undefined ? undefined : ({ kind: job.kind, payload } as MailJob)
  },
})
