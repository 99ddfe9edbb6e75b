import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import type { AccountRecord, LookupKey } from '../../src/stores/contracts.ts'
import { aJob, aMailedLink, aNirKey, anId, aPendingAccount, noon } from '../builders/records.ts'
import { anOpenAccount } from './open-account.ts'
import { eachOpened, type LastingStores, type OpenStores } from './set-up.ts'

const AT_ONCE = 12

const someEffects = (account: string) => ({
  events: [{ name: 'signUp.federated', details: { account, upstream: 'franceconnect' }, at: noon } as const],
  jobs: [aJob()],
})

export const accountIdentitiesContract = (open: OpenStores<LastingStores>): void => {
  const opened = eachOpened(open, { beforeEach, afterEach })
  const accounts = () => opened().stores.accounts

  const written = async (): Promise<readonly number[]> => {
    const segments = await opened().stores.audit.segments()
    return [segments.reduce((sum, { count }) => sum + count, 0), await opened().stores.jobs.count('mail')]
  }
  const openedOf = async (given: Partial<AccountRecord> = {}): Promise<AccountRecord> => {
    const account = anOpenAccount(given)
    expect(await accounts().open(account, {})).toBe('opened')
    return account
  }
  const anActive = async (nirKeys = [aNirKey()]): Promise<AccountRecord> => {
    const account = aPendingAccount({ nirKeys })
    await accounts().create(account, {})
    await accounts().activate(account.id, 1, nirKeys, {}, {})
    return account
  }
  const idOf = async (keys: readonly LookupKey[]) => (await accounts().findByIdentity(keys))?.id

  describe('an identity that comes instead of others', () => {
    it('opens the account in one act, and they open it no more', async () => {
      const former = [aNirKey(), aNirKey()]
      const kept = aNirKey()
      const account = await openedOf({ identityKeys: [...former, kept] })
      const now = [aNirKey(anId(), 'old'), aNirKey(anId(), 'new')]
      expect(await accounts().link(account.id, 1, now, {}, {}, former)).toBe('linked')
      expect((await accounts().find(account.id))?.identityKeys).toEqual([kept, ...now])
      for (const key of [kept, ...now]) expect(await idOf([key])).toBe(account.id)
      for (const key of former) {
        expect(await idOf([key])).toBeUndefined()
        expect(await accounts().open(anOpenAccount({ identityKeys: [key] }), {})).toBe('opened')
      }
    })

    it('leaves them where another account has it, and stays where it comes instead of itself', async () => {
      const other = await openedOf()
      const account = await openedOf()
      const { identityKeys } = account
      expect(await accounts().link(account.id, 1, other.identityKeys, {}, {}, identityKeys)).toBe('held')
      expect(await idOf(identityKeys)).toBe(account.id)
      expect(await accounts().link(account.id, 1, identityKeys, {}, {}, identityKeys)).toBe('linked')
      expect(await idOf(identityKeys)).toBe(account.id)
      expect((await accounts().find(account.id))?.identityKeys).toEqual(identityKeys)
    })
  })

  describe('an account opened by an identity', () => {
    it('is active at once, holds its number and its identity under every key, and is given back as it was made', async () => {
      const identityKeys = [aNirKey(anId(), 'old'), aNirKey(anId(), 'new')]
      const account = anOpenAccount({ identityKeys, emailLink: aMailedLink(), undoLink: aMailedLink() })
      expect(await accounts().open(account, someEffects(account.id))).toBe('opened')
      expect(await accounts().find(account.id)).toEqual(account)
      for (const key of identityKeys) expect(await idOf([key])).toBe(account.id)
      expect((await accounts().findHolder(account.nirKeys))?.id).toBe(account.id)
      expect(await written()).toEqual([1, 1])
    })

    it('is found by nothing of its number’s, nor its number by its identity’s', async () => {
      const { identityKeys, nirKeys } = await openedOf()
      expect(await idOf([aNirKey()])).toBeUndefined()
      expect(await idOf(identityKeys)).toBeDefined()
      expect(await accounts().findHolder(nirKeys)).toBeDefined()
    })

    it('changes nothing where another one holds the identity, told before the number, or the number', async () => {
      const holder = await openedOf()
      const both = anOpenAccount({ identityKeys: holder.identityKeys, nirKeys: holder.nirKeys })
      const number = anOpenAccount({ nirKeys: holder.nirKeys })
      expect(await accounts().open(both, someEffects(both.id))).toBe('identityHeld')
      expect(await accounts().open(number, someEffects(number.id))).toBe('numberHeld')
      for (const { id } of [both, number]) expect(await accounts().find(id)).toBeUndefined()
      expect(await idOf(number.identityKeys)).toBeUndefined()
      expect(await written()).toEqual([0, 0])
      // what the refused one had claimed on its way is free
      expect(await accounts().open(anOpenAccount({ identityKeys: number.identityKeys }), {})).toBe('opened')
    })

    it('is told to be there to who opens it again, written once', async () => {
      const account = anOpenAccount()
      expect(await accounts().open(account, someEffects(account.id))).toBe('opened')
      expect(await accounts().open(account, someEffects(account.id))).toBe('exists')
      expect(await written()).toEqual([1, 1])
    })

    it('may be without a number, and is never pending', async () => {
      const account = await openedOf({ nirKeys: [] })
      expect(await idOf(account.identityKeys)).toBe(account.id)
      await expect(accounts().open(anOpenAccount({ status: 'pending' }), {})).rejects.toThrow()
    })

    it('is told to be there, and changed in nothing, when it was closed or another identity comes with its id', async () => {
      const account = await openedOf()
      const anew = { ...account, sealed: 'anew', identityKeys: [aNirKey()], nirKeys: [aNirKey()] }
      expect(await accounts().open(anew, someEffects(account.id))).toBe('exists')
      expect(await accounts().find(account.id)).toEqual(account)
      await accounts().releaseNumber(account.id, noon, {})
      expect(await accounts().open(anew, someEffects(account.id))).toBe('exists')
      expect((await accounts().find(account.id))?.status).toBe('closed')
      for (const holder of [await idOf(anew.identityKeys), await accounts().findHolder(anew.nirKeys)])
        expect(holder).toBeUndefined()
      expect(await written()).toEqual([0, 0])
    })

    it('is kept apart by one key of a ring: a newer key hides no holder under the older', async () => {
      const [older, newer] = [aNirKey(anId(), 'old'), aNirKey(anId(), 'new')]
      const holder = await openedOf({ identityKeys: [older], nirKeys: [aNirKey(anId(), 'old')] })
      const identity = anOpenAccount({ identityKeys: [newer, older] })
      const number = anOpenAccount({ nirKeys: [aNirKey(anId(), 'new'), ...holder.nirKeys] })
      expect(await accounts().open(identity, {})).toBe('identityHeld')
      expect(await accounts().open(number, {})).toBe('numberHeld')
      expect(await idOf([newer])).toBeUndefined()
      expect(await idOf([newer, older])).toBe(holder.id)
      // the key that nobody had is free again
      expect(await accounts().open(anOpenAccount({ identityKeys: [newer] }), {})).toBe('opened')
    })

    it('leaves every other record as it was', async () => {
      const [active, pending] = [await anActive(), aPendingAccount()]
      await accounts().create(pending, {})
      const holder = await openedOf()
      const before = await accounts().walk(undefined, 10)
      await accounts().open(anOpenAccount({ nirKeys: active.nirKeys }), {})
      await accounts().open(anOpenAccount({ identityKeys: holder.identityKeys }), {})
      expect(await accounts().walk(undefined, 10)).toEqual(before)
      await accounts().open(anOpenAccount({ nirKeys: pending.nirKeys }), {})
      expect(await accounts().find(pending.id)).toEqual(pending)
      expect(await accounts().countClaims(pending.nirKeys, 10)).toBe(1)
    })

    it('keeps its number from a pending account that claims it, and is kept from one that is held', async () => {
      const opened = await openedOf()
      const late = aPendingAccount({ nirKeys: opened.nirKeys })
      await accounts().create(late, {})
      expect(await accounts().activate(late.id, 1, opened.nirKeys, {}, {})).toBe('held')
      const { nirKeys } = await anActive()
      expect(await accounts().open(anOpenAccount({ nirKeys }), {})).toBe('numberHeld')
    })
  })

  describe('an identity', () => {
    it('is linked to an account that stands, once however often, and to no other', async () => {
      const account = await anActive()
      const keys = [aNirKey(anId(), 'old'), aNirKey(anId(), 'new')]
      expect(await accounts().link(account.id, 2, keys, { sealed: 'anew' }, someEffects(account.id))).toBe('linked')
      expect(await accounts().link(account.id, 3, keys, {}, {})).toBe('linked')
      expect(await accounts().find(account.id)).toMatchObject({ version: 4, sealed: 'anew', identityKeys: keys })
      expect(await idOf(keys)).toBe(account.id)
      const other = await anActive()
      expect(await accounts().link(other.id, 2, keys, {}, someEffects(other.id))).toBe('held')
      expect(await accounts().link(account.id, 2, [aNirKey()], {}, {})).toBe('conflict')
      expect(await accounts().link(anId(), 1, [aNirKey()], {}, {})).toBe('gone')
      expect(await written()).toEqual([1, 1])
    })

    it('is let go, alone, and may then open another account', async () => {
      const account = await openedOf()
      const [kept, left] = [[aNirKey()], account.identityKeys]
      await accounts().link(account.id, 1, kept, {}, {})
      expect(await accounts().unlink(account.id, 1, left, {}, {})).toBe('conflict')
      expect(await accounts().unlink(account.id, 2, left, { undoLink: aMailedLink() }, {})).toBe('unlinked')
      expect([await idOf(left), await idOf(kept)]).toEqual([undefined, account.id])
      expect((await accounts().find(account.id))?.identityKeys).toEqual(kept)
      expect(await accounts().open(anOpenAccount({ identityKeys: left }), {})).toBe('opened')
      expect(await accounts().unlink(anId(), 1, left, {}, {})).toBe('gone')
    })

    it('opens an account that is suspended still, which may let go of it; one that is pending or closed has none', async () => {
      const { id, identityKeys } = await openedOf()
      await accounts().change(id, 1, { status: 'suspended' }, {})
      expect(await idOf(identityKeys)).toBe(id)
      expect(await accounts().link(id, 2, [aNirKey()], {}, {})).toBe('linked')
      expect(await accounts().unlink(id, 3, identityKeys, {}, {})).toBe('unlinked')
      const pending = aPendingAccount()
      await accounts().create(pending, {})
      await accounts().releaseNumber(id, noon, {})
      for (const [account, version] of [[pending.id, 1] as const, [id, 5] as const]) {
        expect(await accounts().link(account, version, [aNirKey()], {}, {})).toBe('gone')
        expect(await accounts().unlink(account, version, [aNirKey()], {}, {})).toBe('gone')
      }
    })

    it('is not let go by who does not have it, and writes its effects once, only when something was done', async () => {
      const [holder, other] = [await openedOf(), await openedOf()]
      const keys = holder.identityKeys
      expect(await accounts().unlink(other.id, 1, keys, {}, {})).toBe('unlinked')
      expect(await idOf(keys)).toBe(holder.id)
      expect((await accounts().find(other.id))?.identityKeys).toEqual(other.identityKeys)
      expect(await accounts().unlink(holder.id, 2, keys, {}, someEffects(holder.id))).toBe('conflict')
      expect(await accounts().link(other.id, 1, [aNirKey()], {}, someEffects(other.id))).toBe('conflict')
      expect(await written()).toEqual([0, 0])
      expect(await accounts().unlink(holder.id, 1, keys, {}, someEffects(holder.id))).toBe('unlinked')
      expect(await written()).toEqual([1, 1])
      expect((await accounts().find(holder.id))?.nirKeys).toEqual(holder.nirKeys)
    })

    it('held by another leaves the account that asks as it was, and the keys that nobody had are free', async () => {
      const [older, newer] = [aNirKey(anId(), 'old'), aNirKey(anId(), 'new')]
      await openedOf({ identityKeys: [older] })
      const other = await openedOf()
      expect(await accounts().link(other.id, 1, [newer, older], { sealed: 'anew' }, {})).toBe('held')
      expect(await accounts().find(other.id)).toEqual(other)
      expect(await accounts().open(anOpenAccount({ identityKeys: [newer] }), {})).toBe('opened')
    })

    it('goes with its account when that one is closed', async () => {
      const { id, identityKeys, nirKeys } = await openedOf()
      expect(await accounts().releaseNumber(id, noon, {})).toBe('released')
      expect(await idOf(identityKeys)).toBeUndefined()
      expect(await accounts().open(anOpenAccount({ identityKeys, nirKeys }), {})).toBe('opened')
      expect(await accounts().open(anOpenAccount({ id }), {})).toBe('exists')
    })

    it('is put under exactly the keys of a new ring', async () => {
      const former = aNirKey(anId(), 'old')
      const account = await openedOf({ identityKeys: [former] })
      const keys = [aNirKey(anId(), 'old'), aNirKey(anId(), 'new')]
      const { id, nirKeys, emailKeys } = account
      const asked = { id, version: 1, sealed: 'anew', nirKeys, emailKeys, identityKeys: keys }
      expect(await accounts().rekey([asked])).toEqual(['changed'])
      for (const key of keys) expect(await idOf([key])).toBe(id)
      expect(await idOf([former])).toBeUndefined()
      const other = await openedOf()
      expect(await accounts().rekey([{ ...asked, id: other.id, nirKeys: other.nirKeys }])).toEqual(['held'])
      expect(await accounts().find(other.id)).toEqual(other)
      expect(await idOf(other.identityKeys)).toBe(other.id)
      expect(await accounts().rekey([{ ...asked, version: 2, identityKeys: [] }])).toEqual(['changed'])
      expect(await idOf(keys)).toBeUndefined()
      expect(await accounts().open(anOpenAccount({ identityKeys: keys }), {})).toBe('opened')
    })

    it('comes with its account from another store, unless another one has it', async () => {
      const account = anOpenAccount()
      const rival = anOpenAccount({ identityKeys: account.identityKeys })
      expect(await accounts().import([account])).toEqual(['imported'])
      expect(await idOf(account.identityKeys)).toBe(account.id)
      expect(await accounts().import([account, rival])).toEqual(['known', 'held'])
      expect(await accounts().find(rival.id)).toBeUndefined()
      expect(await accounts().open(anOpenAccount({ nirKeys: rival.nirKeys }), {})).toBe('opened')
    })

    it('comes with an account that is suspended, and is of no account that is closed or pending', async () => {
      const suspended = anOpenAccount({ status: 'suspended' })
      const [closed, pending] = [anOpenAccount({ status: 'closed' }), aPendingAccount({ identityKeys: [aNirKey()] })]
      const brought = [suspended, closed, pending, anOpenAccount({ identityKeys: suspended.identityKeys })]
      expect(await accounts().import(brought)).toEqual(['imported', 'imported', 'imported', 'held'])
      expect(await idOf(suspended.identityKeys)).toBe(suspended.id)
      for (const { identityKeys } of [closed, pending]) {
        expect(await idOf(identityKeys)).toBeUndefined()
        expect(await accounts().open(anOpenAccount({ identityKeys }), {})).toBe('opened')
      }
    })
  })

  describe('many at once', () => {
    const settled = async <T>(acts: readonly (() => Promise<T>)[]): Promise<readonly T[]> =>
      Promise.all(acts.map(act => act()))

    it('open one account by one identity, whatever their ids and numbers', async () => {
      const identityKeys = [aNirKey(anId(), 'old'), aNirKey(anId(), 'new')]
      const other = await opened().another()
      const tried = Array.from({ length: AT_ONCE }, () => anOpenAccount({ identityKeys }))
      const outcomes = await settled(
        tried.map((account, nth) => () => (nth % 2 ? other.accounts : accounts()).open(account, {})),
      )
      expect(outcomes.filter(outcome => outcome === 'opened')).toHaveLength(1)
      expect(new Set(outcomes)).toEqual(new Set(['opened', 'identityHeld']))
      const winner = tried[outcomes.indexOf('opened')]
      expect(await idOf(identityKeys)).toBe(winner?.id)
      expect(await accounts().count()).toBe(1)
      // what the others had claimed on their way is free
      for (const { id, nirKeys } of tried)
        if (id !== winner?.id) expect(await accounts().findHolder(nirKeys)).toBeUndefined()
    })

    it('open one account with one number, whatever their identities', async () => {
      const nirKeys = [aNirKey(anId(), 'old'), aNirKey(anId(), 'new')]
      const tried = Array.from({ length: 4 }, () => anOpenAccount({ nirKeys }))
      const outcomes = await settled(tried.map(account => () => accounts().open(account, {})))
      expect(outcomes.filter(outcome => outcome === 'opened')).toHaveLength(1)
      expect((await accounts().findHolder(nirKeys))?.id).toBe(tried[outcomes.indexOf('opened')]?.id)
    })

    it('open one account of one id: one does, the others find it there', async () => {
      const account = anOpenAccount()
      const outcomes = await settled(
        Array.from({ length: 6 }, () => () => accounts().open(account, someEffects(account.id))),
      )
      expect(outcomes.filter(outcome => outcome === 'opened')).toHaveLength(1)
      expect(new Set(outcomes)).toEqual(new Set(['opened', 'exists']))
      expect(await written()).toEqual([1, 1])
    })

    it('open and activate one number: one of them has it', async () => {
      const nirKeys = [aNirKey()]
      const pending = aPendingAccount({ nirKeys })
      await accounts().create(pending, {})
      const account = anOpenAccount({ nirKeys })
      const [activated, open] = await Promise.all([
        accounts().activate(pending.id, 1, nirKeys, {}, {}),
        accounts().open(account, {}),
      ])
      const winner = open === 'opened' ? account.id : pending.id
      expect([activated === 'activated', open === 'opened'].filter(Boolean)).toHaveLength(1)
      expect((await accounts().findHolder(nirKeys))?.id).toBe(winner)
    })

    it('link and open one identity: one account has it', async () => {
      const identityKeys = [aNirKey()]
      const stands = await anActive()
      const account = anOpenAccount({ identityKeys })
      const [linked, open] = await Promise.all([
        accounts().link(stands.id, 2, identityKeys, {}, {}),
        accounts().open(account, {}),
      ])
      const winners = [linked === 'linked' && stands.id, open === 'opened' && account.id].filter(Boolean)
      expect(winners).toHaveLength(1)
      expect(await idOf(identityKeys)).toBe(winners[0])
    })
  })
}
