/** How many mails one address and one account get, and who uses them up: counted by job, an attempt made again counts once. */
import { limits } from '../../protection/limits.ts'
import type { AccountId, CountPolicy } from '../../stores/contracts.ts'
import type { AskedFrom, MailJobs } from '../outbox.ts'
import type { DecisionNeeds } from './needs.ts'

type Needs = Pick<DecisionNeeds, 'throttles' | 'clock'>
type Asked = AskedFrom & Pick<MailJobs['recovery'], 'askedAt'>

/** What is asked from a mailed link, by whoever reads that mailbox then, is counted apart from what anybody may ask. */
const counter = (thing: string, { fromLink }: AskedFrom): string => (fromLink ? `${thing}.link` : thing)

export const makeMayReach =
  ({ throttles, clock }: Needs) =>
  async (address: string, asked: Asked, jobId: string): Promise<boolean> => {
    const turn = async (name: string, key: string, policy: CountPolicy) =>
      (await throttles.distinct(name, key, jobId, policy, clock())).granted
    const { network } = asked
    // before the address's own: one network leaves a mail of the day to the others
    const { policy } = limits.mailAddressNetwork
    if (network && !(await turn('mailAddressNetwork', `${address}.${network}`, policy))) return false
    return turn('mailAddress', counter(address, asked), limits.mailAddress.policy)
  }

export const makeMayRecover =
  ({ throttles, clock }: Needs) =>
  /** `known`: asked from a browser that has opened the account. Counted apart: a stranger leaves its holder theirs. */
  async (accountId: AccountId, asked: Asked, jobId: string, known: boolean): Promise<boolean> => {
    const now = clock()
    const turn = async (name: string, key: string, member: string, policy: CountPolicy) =>
      (await throttles.distinct(name, key, member, policy, now)).granted
    const pause = limits.recoveryPause.policy
    if (asked.network && !known) {
      // a click again within a pause is no more of the network's share; refused here, it begins no pause for the others
      const within = String(Math.floor(Date.parse(asked.askedAt) / (pause.window * 1000)))
      const { policy } = limits.recoveryMailNetwork
      if (!(await turn('recoveryMailNetwork', `${accountId}.${asked.network}`, within, policy))) return false
    }
    const key = known ? `${accountId}.known` : counter(accountId, asked)
    if (!(await turn('recoveryPause', key, jobId, pause))) return false
    return turn('recovery', key, jobId, limits.recovery.policy)
  }
