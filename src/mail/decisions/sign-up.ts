import { sharesKey, untilSettled } from '../../accounts/attempts.ts'
import { openNumbered, openPerson } from '../../accounts/person.ts'
import { normaliseEmail } from '../../identity/email.ts'
import type { AccountId, AccountRecord, Job, NewJob } from '../../stores/contracts.ts'
import type { AskedFrom } from '../outbox.ts'
import { makeMayReach } from './bounds.ts'
import { type Decision, type DecisionNeeds, dropped } from './needs.ts'
import { type Asked as LinkAsked, linkToPlant } from './plant.ts'

type Asked = LinkAsked & AskedFrom

/**
 * After a sign-up: the activation link to the address typed, unless that address is the holder's own, who is then told that
 * the account exists. Any other holder is warned. Few mails a day to one address, then silently none.
 */
export const makeDecideSignUp = (needs: DecisionNeeds) => {
  const { accounts, envelope, lookup, outbox, links, lifetimes, clock } = needs
  const mayReachKey = makeMayReach(needs)

  const mayReach = (email: string, asked: Asked, { id }: Job): Promise<boolean> =>
    mayReachKey(lookup.throttleKey('email', normaliseEmail(email)), asked, id)

  const accountExists = async (holder: AccountRecord, asked: Asked, job: Job): Promise<Decision> => {
    const { email } = await openPerson(envelope, holder)
    if (!(await mayReach(email, asked, job))) return dropped('limit')
    const model = { signInLink: links.signIn, recoveryLink: links.recoveryForm }
    const letter = { kind: 'accountExists', model, to: email, language: holder.language, account: holder.id } as const
    return { kind: 'send', letter }
  }

  const activation = async (account: AccountRecord, asked: Asked, job: Job, jobs: readonly NewJob[]) => {
    const { email } = await openPerson(envelope, account)
    const now = clock()
    const planted = linkToPlant('activation', account, asked, now, lifetimes.activationSeconds)
    if (!planted) return dropped('unknown', jobs)
    if (!(await mayReach(email, asked, job))) return dropped('limit', jobs)
    // at the version whose address was read: a correction made meanwhile starts this again
    const changed = await accounts.change(account.id, account.version, { activation: planted.link }, {})
    if (changed === 'conflict') return 'again'
    if (changed === 'gone') return dropped('unknown', jobs)
    const model = { link: links.activation(planted.token), lifetimeSeconds: lifetimes.activationSeconds }
    const letter = { kind: 'activation', model, to: email, language: account.language, account: account.id } as const
    return { kind: 'send', letter, jobs } as const
  }

  return (accountId: AccountId, asked: Asked, job: Job): Promise<Decision> =>
    untilSettled(async (): Promise<Decision | 'again'> => {
      const account = await accounts.find(accountId)
      if (account?.status !== 'pending') return dropped('unknown')
      const { nir } = await openNumbered(envelope, account)
      const holder = await accounts.findHolder(lookup.nir(nir.number))
      if (!holder) return activation(account, asked, job, [])
      if (sharesKey(holder.emailKeys, account.emailKeys)) return accountExists(holder, asked, job)
      const warning = outbox.mail('holderWarned', { accountId: holder.id, at: asked.askedAt })
      return activation(account, asked, job, [warning])
    })
}
