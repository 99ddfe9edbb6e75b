/** Acts on cases, and two people of one number, in a house of the tests. */
import { makeCases } from '../../src/accounts/cases/cases.ts'
import { makeOpenCase } from '../../src/accounts/cases/open.ts'
import { caseOfClaimant } from '../../src/accounts/cases/reference.ts'
import { makeOpenAccount } from '../../src/accounts/linking/open.ts'
import { makeAudit } from '../../src/audit/log.ts'
import type { Nir } from '../../src/identity/nir.ts'
import type { Stores } from '../../src/stores/contracts.ts'
import { anEnvelope } from '../builders/keys.ts'
import { anId } from '../builders/records.ts'
import { agreed, arrivalAs } from './federated.ts'
import type { eachHouse } from './house.ts'

export const DAY = 86_400

export const casesIn = (house: ReturnType<typeof eachHouse>) => {
  /** The acts on cases over these stores, which may be seen by a process that dies. */
  const over = (stores: Stores) => {
    const { lookup, outbox, clock } = house()
    const now = () => clock.now()
    const needs = {
      ...stores,
      crossCheck: () => agreed,
      envelope: anEnvelope(),
      lookup,
      outbox,
      audit: makeAudit({ store: stores.audit, clock: now }),
      clock: now,
      endAccount: async () => undefined,
      answerSeconds: 30 * DAY,
      contestSeconds: 15 * DAY,
      failed: () => undefined,
      tryNumber: async () => ({ kind: 'fits', check: agreed }) as const,
    }
    const cases = makeCases(needs)
    return {
      ...cases,
      openCase: makeOpenCase({ ...needs, advance: cases.advance }),
      openAccount: makeOpenAccount(needs),
      needs,
    }
  }

  /** A member, and somebody verified who claims the member's number. */
  const twoOfThem = async () => {
    const holder = await house().aMember()
    const accountId = anId()
    const request = {
      accountId,
      arrival: arrivalAs(accountId, 'Vrai-Fictif', house().clock.now()),
      person: { nir: { number: holder.nir, key: '00' } as Nir, email: `${accountId}@exemple.fr`, telephones: {} },
      language: 'fr',
      terms: { version: '1', hash: 'h' },
      devices: [],
      request: 'request-1',
      says: 'hasNone',
    } as const
    return { holder, accountId, request, id: caseOfClaimant(accountId) }
  }
  const recordOf = async (id: string) => {
    const record = await house().stores.cases.find(id)
    if (!record) throw new Error('no such case')
    return record
  }

  return { over, twoOfThem, recordOf }
}
