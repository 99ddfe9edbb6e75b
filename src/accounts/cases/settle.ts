import type { Audit } from '../../audit/log.ts'
import type { Envelope } from '../../protection/vault.ts'
import type { AccountRecord, AccountStore } from '../../stores/contracts.ts'
import type { CaseStore } from '../../stores/contracts-cases.ts'
import { untilSettled } from '../attempts.ts'
import type { Arrival } from '../linking/arrival.ts'
import { type CrossCheckNumber, checkOf, contradicts } from '../linking/reconcile.ts'
import type { Clock } from '../needs.ts'
import { openPerson } from '../person.ts'
import type { Advance } from './advance.ts'
import type { Telling } from './telling.ts'

export type SettleNeeds = {
  readonly accounts: Pick<AccountStore, 'find'>
  readonly cases: Pick<CaseStore, 'find' | 'change'>
  readonly telling: Telling
  readonly crossCheck: CrossCheckNumber
  readonly envelope: Envelope
  readonly audit: Audit
  readonly clock: Clock
  readonly advance: Advance
}

export type Settle = {
  /** Whether the holder, vouched for so, is consistent with the number and the name of the account in every part. */
  isConsistent(account: AccountRecord, arrival: Pick<Arrival, 'identity'>): Promise<boolean>
  /** A holder who has come by an upstream, consistently, ends what was asked about their number: it stays theirs. */
  settle(account: AccountRecord, arrival: Pick<Arrival, 'identity'>, request: string): Promise<void>
}

export const makeSettle = (needs: SettleNeeds): Settle => {
  const { accounts, cases, telling, crossCheck, envelope, audit, clock, advance } = needs

  const isConsistent: Settle['isConsistent'] = async (account, { identity }) => {
    const person = await openPerson(envelope, account)
    const check = checkOf(crossCheck, person, identity)
    return check.verdict === 'agrees' && !contradicts(check, person.birthName, identity)
  }

  const settleOne = (id: string, holder: AccountRecord, request: string): Promise<'done'> =>
    untilSettled(async () => {
      const record = await cases.find(id)
      const isOpen = record?.status === 'open' || record?.status === 'decided'
      if (!isOpen || record.holder !== holder.id) return 'done'
      const at = clock()
      const { decision: _, ...rest } = record
      const changed = await cases.change(
        { ...rest, status: 'closed', closed: { as: 'settled', at }, nextAt: at },
        record.version,
        {
          events: [audit.event('case.closed', { case: id, as: 'settled' }, request)],
          jobs: await telling.tellBoth(accounts, record, { news: 'closed', effect: 'keep', at: at.toISOString() }),
        },
      )
      return changed === 'conflict' ? 'again' : 'done'
    })

  return {
    isConsistent,
    async settle(account, arrival, request) {
      if (!account.cases || !(await isConsistent(account, arrival))) return
      for (const id of account.cases) {
        await settleOne(id, account, request)
        await advance(id)
      }
    },
  }
}
