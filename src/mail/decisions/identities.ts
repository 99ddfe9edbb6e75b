import { untilSettled } from '../../accounts/attempts.ts'
import { UNDO_SECONDS } from '../../accounts/links.ts'
import { openPerson } from '../../accounts/person.ts'
import { normaliseEmail } from '../../identity/email.ts'
import { limits } from '../../protection/limits.ts'
import type { AccountRecord, Job } from '../../stores/contracts.ts'
import type { MeansOfSignIn } from '../letters.ts'
import type { MailJobs } from '../outbox.ts'
import { makeMayReach } from './bounds.ts'
import { type Decision, type DecisionNeeds, dropped } from './needs.ts'
import { linkToPlant } from './plant.ts'

/** What an account's person is told of the identities that open it, and the link by which its address is confirmed. */
export const makeDecideIdentities = (needs: DecisionNeeds) => {
  const { accounts, envelope, lookup, links, lifetimes, clock, labelOf } = needs
  const mayReach = makeMayReach(needs)

  /** At the confirmed address alone: nobody else is told of an account. */
  const confirmed = async (account: AccountRecord | undefined) => {
    if (!account?.emailVerifiedAt || account.status === 'closed') return undefined
    const person = await openPerson(envelope, account)
    return { person, to: person.email, language: account.language, account: account.id }
  }

  const linked = async (asked: MailJobs['identityLinked']): Promise<Decision | 'again'> => {
    const account = await accounts.find(asked.accountId)
    const reached = await confirmed(account)
    if (!account || !reached) return dropped('unknown')
    const planted = linkToPlant('undo', account, asked, clock(), UNDO_SECONDS)
    if (!planted) return dropped('unknown')
    const changed = await accounts.change(account.id, account.version, { undoLink: planted.link }, {})
    if (changed === 'conflict') return 'again'
    if (changed === 'gone') return dropped('unknown')
    const { person: _, ...addressed } = reached
    const model = {
      at: new Date(asked.askedAt),
      label: labelOf(asked.upstream, account.language),
      undoLink: links.undo(planted.token),
      lifetimeSeconds: UNDO_SECONDS,
    }
    return { kind: 'send', letter: { kind: 'identityLinked', model, ...addressed } }
  }

  const move = async (asked: MailJobs['moveIdentity'], job: Job): Promise<Decision | 'again'> => {
    const account = await accounts.findHolder(lookup.nir(asked.nir))
    const reached = account?.status === 'active' ? await confirmed(account) : undefined
    // an account that nobody verified is opened by its password, or by an agent
    if (!account || !reached?.person.verified) return dropped('unknown')
    const turn = await needs.throttles.distinct('identityMove', account.id, job.id, limits.identityMove.policy, clock())
    if (!turn.granted) return dropped('limit')
    const planted = linkToPlant('move', account, asked, clock(), lifetimes.recoverySeconds)
    if (!planted) return dropped('unknown')
    const changed = await accounts.change(account.id, account.version, { moveLink: planted.link }, {})
    if (changed === 'conflict') return 'again'
    if (changed === 'gone') return dropped('unknown')
    const { person: _, ...addressed } = reached
    const model = { link: links.move(planted.token), lifetimeSeconds: lifetimes.recoverySeconds }
    return { kind: 'send', letter: { kind: 'moveIdentity', model, ...addressed } }
  }

  const confirm = async (asked: MailJobs['confirmEmail'], job: Job): Promise<Decision | 'again'> => {
    const account = await accounts.find(asked.accountId)
    if (!account || account.emailVerifiedAt || account.status !== 'active') return dropped('unknown')
    const { email } = await openPerson(envelope, account)
    const planted = linkToPlant('email', account, asked, clock(), lifetimes.confirmSeconds)
    if (!planted) return dropped('unknown')
    if (!(await mayReach(lookup.throttleKey('email', normaliseEmail(email)), asked, job.id))) return dropped('limit')
    const changed = await accounts.change(account.id, account.version, { emailLink: planted.link }, {})
    if (changed === 'conflict') return 'again'
    if (changed === 'gone') return dropped('unknown')
    const model = { link: links.confirmEmail(planted.token), lifetimeSeconds: lifetimes.confirmSeconds }
    const letter = { kind: 'confirmEmail', model, to: email, language: account.language, account: account.id } as const
    return { kind: 'send', letter }
  }

  return {
    linked: (asked: MailJobs['identityLinked']): Promise<Decision> => untilSettled(() => linked(asked)),

    move: (asked: MailJobs['moveIdentity'], job: Job): Promise<Decision> => untilSettled(() => move(asked, job)),

    confirmEmail: (asked: MailJobs['confirmEmail'], job: Job): Promise<Decision> =>
      untilSettled(() => confirm(asked, job)),

    /** To the address that was confirmed until then: the account has another one by now. */
    async emailChanging({ accountId, to, at }: MailJobs['emailChanging']): Promise<Decision> {
      const account = await accounts.find(accountId)
      if (!account) return dropped('unknown')
      const model = { at: new Date(at) }
      return {
        kind: 'send',
        letter: { kind: 'emailChanging', model, to, language: account.language, account: accountId },
      }
    },

    async unlinked({ accountId, upstream, at }: MailJobs['identityUnlinked']): Promise<Decision> {
      const account = await accounts.find(accountId)
      const reached = await confirmed(account)
      if (!account || !reached) return dropped('unknown')
      const { person, ...addressed } = reached
      const named = (id: string) => labelOf(id, account.language)
      const means: readonly MeansOfSignIn[] = [
        ...(account.passwordHash ? [{ kind: 'password' } as const] : []),
        ...(person.identities ?? []).map(({ upstream: id }) => ({ kind: 'upstream', label: named(id) }) as const),
      ]
      const model = { at: new Date(at), label: named(upstream), means }
      return { kind: 'send', letter: { kind: 'identityUnlinked', model, ...addressed } }
    },
  }
}
