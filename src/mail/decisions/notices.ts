import { openPerson } from '../../accounts/person.ts'
import { limits } from '../../protection/limits.ts'
import type { AccountId, Job } from '../../stores/contracts.ts'
import { type Decision, type DecisionNeeds, dropped } from './needs.ts'

type Told = { readonly accountId: AccountId; readonly at: string }

/** What an account's own person is told, at the address that they confirmed. */
export const makeDecideNotices = ({ accounts, throttles, envelope, links, clock }: DecisionNeeds) => {
  const reach = async (accountId: AccountId) => {
    const account = await accounts.find(accountId)
    if (!account?.emailVerifiedAt || account.status === 'closed') return undefined
    const { email } = await openPerson(envelope, account)
    return { to: email, language: account.language, account: accountId }
  }

  return {
    /** Once a day at most, and nothing about who tried. */
    async holderWarned({ accountId, at }: Told, job: Job): Promise<Decision> {
      const policy = limits.holderWarned.policy
      const turn = await throttles.distinct('holderWarned', accountId, job.id, policy, clock())
      if (!turn.granted) return dropped('limit')
      const person = await reach(accountId)
      const model = { at: new Date(at), signInLink: links.signIn }
      return person ? { kind: 'send', letter: { kind: 'holderWarned', model, ...person } } : dropped('unknown')
    },

    async plain(kind: 'passwordChanged' | 'newDevice', { accountId, at }: Told): Promise<Decision> {
      const person = await reach(accountId)
      return person ? { kind: 'send', letter: { kind, model: { at: new Date(at) }, ...person } } : dropped('unknown')
    },
  }
}
