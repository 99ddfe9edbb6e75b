import type { Audit } from '../../audit/log.ts'
import { normaliseEmail } from '../../identity/email.ts'
import type { PersonalData } from '../../identity/person.ts'
import { linkAsked, type Outbox } from '../../mail/outbox.ts'
import { limits } from '../../protection/limits.ts'
import type { Envelope, Lookup } from '../../protection/vault.ts'
import type { AccountId, AccountRecord, AccountStore, JobStore, ThrottleStore } from '../../stores/contracts.ts'
import { sameSessions, untilSettled } from '../attempts.ts'
import { isFrozen } from '../frozen.ts'
import type { Clock, Throttled } from '../needs.ts'
import { openPerson } from '../person.ts'

export type ChangeEmailRequest = {
  /** Of the session, in which an upstream has just vouched for its person. */
  readonly accountId: AccountId
  readonly email: string
  readonly request: string
}

export type ChangeEmailOutcome = { readonly kind: 'changed' | 'same' | 'gone' | 'frozen' } | Throttled

export type ChangeEmailNeeds = {
  readonly accounts: Pick<AccountStore, 'find' | 'change'>
  readonly jobs: Pick<JobStore, 'add'>
  readonly throttles: Pick<ThrottleStore, 'count'>
  readonly envelope: Envelope
  readonly lookup: Lookup
  readonly outbox: Outbox
  readonly audit: Audit
  readonly clock: Clock
}

/** Another address: unconfirmed until its own link is opened; the former one, when it was confirmed, is told. */
export const makeChangeEmail = (needs: ChangeEmailNeeds) => {
  const { accounts, jobs, throttles, envelope, lookup, outbox, audit, clock } = needs

  const mayAsk = async (accountId: AccountId): Promise<Throttled | undefined> => {
    const turn = await throttles.count('emailChange', accountId, limits.emailChange.policy, clock())
    return turn.granted ? undefined : { kind: 'throttled', until: turn.until }
  }

  const change = async (
    { accountId, email, request }: ChangeEmailRequest,
    before: AccountRecord | undefined,
  ): Promise<ChangeEmailOutcome | 'again'> => {
    const account = await accounts.find(accountId)
    if (account?.status !== 'active' || !sameSessions(before, account)) return { kind: 'gone' }
    if (isFrozen(account)) return { kind: 'frozen' }
    const person = await openPerson(envelope, account)
    if (person.email === email) return { kind: 'same' }
    const now = clock()
    const at = now.toISOString()
    const data: PersonalData = { ...person, email }
    const changed = await accounts.change(
      accountId,
      account.version,
      {
        sealed: await envelope.seal(accountId, data),
        emailKeys: lookup.email(normaliseEmail(email)),
        emailVerifiedAt: undefined,
        emailLink: undefined,
        // mailed to the former address, whoever reads it now
        recovery: undefined,
      },
      {
        events: [audit.event('email.changed', { account: accountId }, request)],
        jobs: [
          outbox.mail('confirmEmail', { accountId, ...linkAsked(now, {}) }),
          ...(account.emailVerifiedAt ? [outbox.mail('emailChanging', { accountId, to: person.email, at })] : []),
        ],
      },
    )
    return changed === 'conflict' ? 'again' : { kind: changed }
  }

  const changeOf = async (asked: ChangeEmailRequest): Promise<ChangeEmailOutcome> => {
    const before = await accounts.find(asked.accountId)
    return untilSettled(() => change(asked, before))
  }

  return {
    changeEmail: async (asked: ChangeEmailRequest): Promise<ChangeEmailOutcome> =>
      (await mayAsk(asked.accountId)) ?? changeOf(asked),
    /** « Recevoir à nouveau le courriel »: the answer is the same whether one leaves or not. */
    confirmAgain: async (accountId: AccountId): Promise<{ readonly kind: 'asked' } | Throttled> => {
      const throttled = await mayAsk(accountId)
      if (throttled) return throttled
      await jobs.add([outbox.mail('confirmEmail', { accountId, ...linkAsked(clock(), {}) })])
      return { kind: 'asked' }
    },
  }
}
