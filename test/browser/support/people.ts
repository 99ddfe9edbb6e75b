import { makeLookup } from '../../../src/protection/lookup.ts'
import type { AccountChange } from '../../../src/stores/contracts.ts'
import { becomeAccount, type Person } from '../../support/people.ts'
import { makeVisitor } from '../../support/visitor.ts'
import { somebodyNew } from './actor.ts'
import type { VisitedGuichet } from './guichet.ts'

/** Somebody who has an account already; made without a browser, which is quicker. */
export const anAccount = async (guichet: VisitedGuichet, given: Partial<Person> = {}): Promise<Person> => {
  const person = somebodyNew(given)
  await becomeAccount(makeVisitor(guichet.issuer), guichet, person)
  return person
}

/** What an agent, or time, did to somebody's account. */
export const changeAccount = async (guichet: VisitedGuichet, { nir }: Person, change: AccountChange): Promise<void> => {
  const { keys } = guichet.configuration
  const lookup = makeLookup({ ring: keys.lookup, index: keys.index })
  const { accounts } = guichet.app.stores
  const account = await accounts.findHolder(lookup.nir(nir))
  if (!account) throw new Error('nobody holds this number')
  const changed = await accounts.change(account.id, account.version, change, {})
  if (changed !== 'changed') throw new Error(`the account is ${changed}`)
}

/** What an agent decided, and both are told: it takes effect later. */
export const decideCase = async ({ app }: Pick<VisitedGuichet, 'app'>, reference: string): Promise<void> => {
  const { cases } = app.stores
  const record = await cases.find(reference)
  if (!record) throw new Error(`no case « ${reference} »`)
  const effectiveAt = new Date(Date.now() + 15 * 86_400_000)
  const decision = { verdict: 'keep', by: 'agent-1', reason: 'ticket 1', at: new Date(), effectiveAt } as const
  await cases.change({ ...record, status: 'decided', decision, nextAt: effectiveAt }, record.version, {})
}

/** As if the account had accepted the terms when they were others. */
export const olderTerms = (): AccountChange => ({
  terms: { version: '2020-01', hash: 'of-an-older-text', acceptedAt: new Date('2020-01-01T00:00:00Z') },
})
