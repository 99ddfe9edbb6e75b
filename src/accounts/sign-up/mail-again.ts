import type { Audit } from '../../audit/log.ts'
import { normaliseEmail } from '../../identity/email.ts'
import { linkAsked, type Outbox } from '../../mail/outbox.ts'
import { networkKey } from '../../protection/by-network.ts'
import { limits } from '../../protection/limits.ts'
import type { Envelope, Lookup } from '../../protection/vault.ts'
import type { AccountId, AccountStore, JobStore, ThrottleStore } from '../../stores/contracts.ts'
import { untilSettled } from '../attempts.ts'
import type { Clock } from '../needs.ts'
import { openPerson } from '../person.ts'

export type MailAgainNeeds = {
  readonly accounts: Pick<AccountStore, 'find' | 'change'>
  readonly jobs: Pick<JobStore, 'add'>
  readonly throttles: Pick<ThrottleStore, 'count'>
  readonly envelope: Envelope
  readonly lookup: Lookup
  readonly outbox: Outbox
  readonly audit: Audit
  readonly clock: Clock
}

/** Whatever was done or not: the page is the same. */
export type Done = { readonly kind: 'done' }
const DONE: Done = { kind: 'done' }
const JUST_SENT_MS = 30_000

type Turn = Pick<MailAgainNeeds, 'throttles' | 'clock'>

/** Bounds those of one sign-up; the worker bounds the mails to one address. */
const mayAskAgain = async ({ throttles, clock }: Turn, accountId: AccountId): Promise<boolean> =>
  (await throttles.count('resend', accountId, limits.resend.policy, clock())).granted

/** « Renvoyer le courriel », from the browser that signed up. The link sent before dies when the new one leaves. */
export const makeResendActivation =
  (needs: MailAgainNeeds) =>
  async ({ accountId, network }: { readonly accountId: AccountId; readonly network: string }): Promise<Done> => {
    const { jobs, outbox, lookup, clock } = needs
    if (await mayAskAgain(needs, accountId)) {
      const link = linkAsked(clock(), { network: networkKey(lookup, network) })
      await jobs.add([outbox.mail('signUp', { accountId, ...link })])
    }
    return DONE
  }

export type CorrectAddressRequest = {
  readonly accountId: AccountId
  /** Parsed. */
  readonly email: string
  readonly network: string
  readonly request: string
}

/** « Corriger l'adresse », from the browser that signed up. The link sent to the former address is dead at once. */
export const makeCorrectAddress = (needs: MailAgainNeeds) => {
  const { accounts, jobs, envelope, lookup, outbox, audit, clock } = needs

  const correct = async ({ accountId, email, network, request }: CorrectAddressRequest): Promise<Done | 'again'> => {
    const account = await accounts.find(accountId)
    if (account?.status !== 'pending') return DONE
    const person = await openPerson(envelope, account)
    const link = linkAsked(clock(), { network: networkKey(lookup, network) })
    const mail = outbox.mail('signUp', { accountId, ...link })
    if (person.email === email) {
      // the same address typed again: the mail is asked for again, unless one is on its way (a second click)
      const sentAt = account.activation?.sentAt.getTime()
      if (sentAt !== undefined && clock().getTime() - sentAt >= JUST_SENT_MS) await jobs.add([mail])
      return DONE
    }
    const changed = await accounts.change(
      accountId,
      account.version,
      {
        sealed: await envelope.seal(accountId, { ...person, email }),
        emailKeys: lookup.email(normaliseEmail(email)),
        emailVerifiedAt: undefined,
        activation: undefined,
      },
      {
        events: [audit.event('signUp.addressCorrected', { account: accountId }, request)],
        jobs: [mail],
      },
    )
    return changed === 'conflict' ? 'again' : DONE
  }

  return async (request: CorrectAddressRequest): Promise<Done> => {
    if (!(await mayAskAgain(needs, request.accountId))) return DONE
    return untilSettled(() => correct(request))
  }
}
