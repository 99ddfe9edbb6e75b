/** What somebody may try around a case: each has been tried with success once. */
import { describe, expect, it } from '@jest/globals'
import { caseOfClaimant } from '../../src/accounts/cases/reference.ts'
import { makeChangeEmail } from '../../src/accounts/own/change-email.ts'
import { makeSetPassword } from '../../src/accounts/own/set-password.ts'
import type { Nir } from '../../src/identity/nir.ts'
import type { Stores } from '../../src/stores/contracts.ts'
import { anId } from '../builders/records.ts'
import { arrivalAs, ISSUER } from './federated.ts'
import { aPerson, eachHouse } from './house.ts'
import { casesIn, DAY } from './two-of-them.ts'

const house = eachHouse()
const { over, twoOfThem, recordOf } = casesIn(house)
const opensBy = async (sub: string) =>
  (await house().stores.accounts.findByIdentity(house().lookup.identity(ISSUER, sub)))?.id
const by = (actor: string, id: string) => ({ id, actor, reason: 'ticket 1' })

/** A holder whom two claim. */
const threeOfThem = async () => {
  const first = await twoOfThem()
  const acts = over(house().stores)
  await acts.openCase(first.request)
  const accountId = anId()
  const arrival = arrivalAs(accountId, 'Autre-Fictif', house().clock.now())
  await acts.openCase({ ...first.request, accountId, arrival })
  return { acts, first, second: { accountId, id: caseOfClaimant(accountId) } }
}

describe('the second agent', () => {
  it('is not the first one by other letters', async () => {
    const { request, id } = await twoOfThem()
    const acts = over(house().stores)
    await acts.openCase(request)
    await acts.decide(by('agent-1', id), 'numberMoves')
    expect(await acts.confirm(by('Agent-1', id))).toEqual({ kind: 'sameAgent' })
  })
})

describe('whoever was in an account that is given to its verified person', () => {
  const takenMeanwhile = async () => {
    const two = await twoOfThem()
    const acts = over(house().stores)
    await acts.openCase(two.request)
    await acts.decide(by('agent-1', two.id), 'samePerson')
    house().pass(15 * DAY)
    return { ...two, acts, handedOver: () => acts.advanceDue(100) }
  }

  it('sets no password that was being hashed at that moment', async () => {
    const { holder, id, acts, handedOver } = await takenMeanwhile()
    const { passwords } = house()
    const set = makeSetPassword({
      ...acts.needs,
      passwordFaults: () => [],
      passwords: {
        admit: act =>
          passwords.admit(async place =>
            act({
              ...place,
              hash: async password => {
                const hashed = await place.hash(password)
                await handedOver()
                return hashed
              },
            }),
          ),
      },
    })
    const password = 'Attaquant-Fictif-9'
    expect(await set({ accountId: holder.id, password, request: 'request-2' })).toEqual({ kind: 'gone' })
    expect((await recordOf(id)).closed?.as).toBe('samePerson')
    expect((await house().account(holder.id)).passwordHash).toBeUndefined()
  })

  it('changes no address that was being changed at that moment', async () => {
    const { holder, acts, handedOver } = await takenMeanwhile()
    const { accounts } = acts.needs
    // not frozen when it is first looked at, and handed over before it is written
    const { cases: _, ...before } = await house().account(holder.id)
    let looked = 0
    const { changeEmail } = makeChangeEmail({
      ...acts.needs,
      accounts: {
        ...accounts,
        find: async (wanted: string) => {
          if (looked++ > 0) return accounts.find(wanted)
          await handedOver()
          return before
        },
      },
    })
    const asked = { accountId: holder.id, email: 'attaquant@exemple.fr', request: 'request-2' }
    expect(await changeEmail(asked)).toEqual({ kind: 'gone' })
  })

  it('gets no first password while an agent is to decide', async () => {
    const { request, accountId } = await twoOfThem()
    const acts = over(house().stores)
    await acts.openCase(request)
    const set = makeSetPassword({ ...acts.needs, passwordFaults: () => [], passwords: house().passwords })
    expect(await set({ accountId, password: 'Capucine-Jaune-87', request: 'request-2' })).toEqual({ kind: 'frozen' })
  })
})

describe('an account that two claim', () => {
  it('is given to one of them alone, and the other keeps what opens theirs', async () => {
    const { acts, first, second } = await threeOfThem()
    await acts.decide(by('agent-1', first.id), 'samePerson')
    house().pass(DAY)
    await acts.decide(by('agent-1', second.id), 'samePerson')
    house().pass(16 * DAY)
    await acts.advanceDue(100)
    expect([(await recordOf(first.id)).closed?.as, (await recordOf(second.id)).closed?.as]).toEqual([
      'samePerson',
      'numberTaken',
    ])
    expect([await opensBy(first.accountId), await opensBy(second.accountId)]).toEqual([
      first.holder.id,
      second.accountId,
    ])
  })

  it.each(['samePerson', 'numberMoves'] as const)(
    'is left to who has it now when its number has moved, or it was handed over, before « %s »',
    async verdict => {
      const { acts, first, second } = await threeOfThem()
      await acts.decide(by('agent-1', first.id), verdict === 'samePerson' ? 'numberMoves' : 'samePerson')
      if (verdict === 'samePerson') await acts.confirm(by('agent-2', first.id))
      house().pass(DAY)
      await acts.decide(by('agent-1', second.id), verdict)
      if (verdict === 'numberMoves') await acts.confirm(by('agent-2', second.id))
      house().pass(16 * DAY)
      await acts.advanceDue(100)
      expect((await recordOf(second.id)).closed?.as).toBe('numberTaken')
      expect(await opensBy(second.accountId)).toBe(second.accountId)
      const holds = verdict === 'samePerson' ? first.accountId : first.holder.id
      expect((await house().holderOf(first.holder.nir))?.id).toBe(holds)
    },
  )
})

describe('a case begun by one form while another form of the same person is sent', () => {
  it('freezes nobody when the other one opened their account, with a number of their own', async () => {
    const { holder, accountId, request, id } = await twoOfThem()
    const own = aPerson()
    const { stores } = house()
    const cases = {
      ...stores.cases,
      add: async (...given: Parameters<typeof stores.cases.add>) => {
        const added = await stores.cases.add(...given)
        const nir = { number: own.nir, key: '00' } as Nir
        await over(stores).openAccount({ ...request, person: { ...request.person, nir } })
        return added
      },
    }
    expect(await over({ ...stores, cases }).openCase(request)).toEqual({ kind: 'identityHeld' })
    expect((await house().account(holder.id)).cases).toBeUndefined()
    expect((await recordOf(id)).closed?.as).toBe('abandoned')
    expect((await house().account(accountId)).nirKeys.length).toBeGreaterThan(0)
  })

  it('is about the number typed last, when the first one never came to an account', async () => {
    const { holder, request, id } = await twoOfThem()
    const other = await house().aMember()
    const { stores } = house()
    const away = async () => {
      throw new Error('the process died')
    }
    const broken: Stores = { ...stores, accounts: { ...stores.accounts, open: away } }
    await over(broken)
      .openCase(request)
      .catch(() => undefined)
    const nir = { number: other.nir, key: '00' } as Nir
    await over(stores).openCase({ ...request, person: { ...request.person, nir } })
    expect((await house().account(holder.id)).cases).toBeUndefined()
    expect((await house().account(other.id)).cases).toEqual([id])
  })

  it('stays about the first number once its holder is frozen, whatever is typed after a death', async () => {
    const { holder, request, id } = await twoOfThem()
    const other = await house().aMember()
    const { stores } = house()
    const change = async (): Promise<never> => {
      throw new Error('the process died')
    }
    await over({ ...stores, cases: { ...stores.cases, change } })
      .openCase(request)
      .catch(() => undefined)
    expect((await house().account(holder.id)).cases).toEqual([id])
    const nir = { number: other.nir, key: '00' } as Nir
    await over(stores).openCase({ ...request, person: { ...request.person, nir } })
    expect(await recordOf(id)).toMatchObject({ status: 'open', holder: holder.id })
    expect((await house().account(other.id)).cases).toBeUndefined()
  })

  it('is open again when it had been given up in between', async () => {
    const { holder, accountId, request, id } = await twoOfThem()
    const { stores } = house()
    const away = async () => {
      throw new Error('the process died')
    }
    await over({ ...stores, accounts: { ...stores.accounts, open: away } })
      .openCase(request)
      .catch(() => undefined)
    house().pass(3700)
    await over(stores).advanceDue(100)
    expect((await recordOf(id)).closed?.as).toBe('abandoned')
    expect((await over(stores).openCase(request)).kind).toBe('signedIn')
    expect((await recordOf(id)).status).toBe('open')
    expect([(await house().account(accountId)).cases, (await house().account(holder.id)).cases]).toEqual([[id], [id]])
  })
})
