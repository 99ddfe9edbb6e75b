import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import type { AccountRecord, LookupKey } from '../../src/stores/contracts.ts'
import { aJob, aNirKey, anId, aPendingAccount, noon } from '../builders/records.ts'
import { anOpenAccount } from './open-account.ts'
import { eachOpened, type LastingStores, type OpenStores } from './set-up.ts'

const AT_ONCE = 12

export const accountNumbersContract = (open: OpenStores<LastingStores>): void => {
  const opened = eachOpened(open, { beforeEach, afterEach })
  const accounts = () => opened().stores.accounts
  const openedOf = async (given: Partial<AccountRecord> = {}): Promise<AccountRecord> => {
    const account = anOpenAccount(given)
    expect(await accounts().open(account, {})).toBe('opened')
    return account
  }
  const holderOf = async (keys: readonly LookupKey[]) => (await accounts().findHolder(keys))?.id

  describe('the number of an account that stands', () => {
    it('is taken by one that had none, under every key, with what it changes and what comes with it', async () => {
      const { id } = await openedOf({ nirKeys: [], cases: ['case-1', 'case-2'] })
      const nirKeys = [aNirKey(anId(), 'old'), aNirKey(anId(), 'new')]
      const change = { sealed: 'anew', cases: ['case-2'] }
      expect(await accounts().takeNumber(id, 1, nirKeys, change, { jobs: [aJob()] })).toBe('taken')
      for (const key of nirKeys) expect(await holderOf([key])).toBe(id)
      expect(await accounts().find(id)).toMatchObject({ ...change, nirKeys, version: 2 })
      expect(await opened().stores.jobs.count('mail')).toBe(1)
    })

    it('is not taken from its holder, nor by an account that changed, is pending, closed or unknown', async () => {
      const holder = await openedOf()
      const { id } = await openedOf({ nirKeys: [] })
      const take = (account: string, version: number, keys = holder.nirKeys) =>
        accounts().takeNumber(account, version, keys, {}, { jobs: [aJob()] })
      expect(await take(id, 1)).toBe('held')
      expect(await take(id, 2, [aNirKey()])).toBe('conflict')
      expect(await take(anId(), 1)).toBe('gone')
      const pending = aPendingAccount()
      await accounts().create(pending, {})
      expect(await take(pending.id, 1, [aNirKey()])).toBe('gone')
      await expect(take(id, 1, [])).rejects.toThrow()
      expect(await holderOf(holder.nirKeys)).toBe(holder.id)
      expect(await opened().stores.jobs.count('mail')).toBe(0)
    })

    it('is given up by an account that stands and keeps what opens it, and is free at once', async () => {
      const holder = await openedOf({ cases: ['case-1'] })
      expect(
        await accounts().giveUpNumber(holder.id, 1, { sealed: 'anew', cases: undefined }, { jobs: [aJob()] }),
      ).toBe('givenUp')
      const { cases: _, ...rest } = holder
      expect(await accounts().find(holder.id)).toEqual({ ...rest, sealed: 'anew', nirKeys: [], version: 2 })
      expect(await holderOf(holder.nirKeys)).toBeUndefined()
      expect((await accounts().findByIdentity(holder.identityKeys))?.id).toBe(holder.id)
      const other = await openedOf({ nirKeys: [] })
      expect(await accounts().takeNumber(other.id, 1, holder.nirKeys, {}, {})).toBe('taken')
      expect(await holderOf(holder.nirKeys)).toBe(other.id)
      expect(await accounts().giveUpNumber(holder.id, 1, {}, {})).toBe('conflict')
      expect(await accounts().giveUpNumber(anId(), 1, {}, {})).toBe('gone')
      expect(await opened().stores.jobs.count('mail')).toBe(1)
    })

    it('is taken once by many at once, or by a sign-up that comes at that moment', async () => {
      const nirKeys = [aNirKey()]
      const takers = await Promise.all(Array.from({ length: AT_ONCE }, () => openedOf({ nirKeys: [] })))
      const signingUp = anOpenAccount({ nirKeys })
      const outcomes = await Promise.all([
        ...takers.map(({ id }) => accounts().takeNumber(id, 1, nirKeys, {}, {})),
        accounts().open(signingUp, {}),
      ])
      expect(outcomes.filter(outcome => outcome === 'taken' || outcome === 'opened')).toHaveLength(1)
      const winner = await holderOf(nirKeys)
      const standing = await Promise.all([...takers, signingUp].map(({ id }) => accounts().find(id)))
      expect(standing.filter(account => account?.nirKeys.length).map(account => account?.id)).toEqual([winner])
    })

    it('stays with its account as keys change, and an account without one stays without', async () => {
      const holder = await openedOf({ nirKeys: [aNirKey(anId(), 'old')] })
      const without = await openedOf({ nirKeys: [] })
      const newer = [aNirKey(anId(), 'new')]
      const rekeyed = [holder, without].map(({ id, emailKeys, identityKeys }, nth) => ({
        ...{ id, version: 1, sealed: 'anew', emailKeys, identityKeys },
        nirKeys: nth === 0 ? newer : [],
      }))
      expect(await accounts().rekey(rekeyed)).toEqual(['changed', 'changed'])
      expect(await holderOf(newer)).toBe(holder.id)
      expect(await holderOf(holder.nirKeys)).toBeUndefined()
      expect((await accounts().find(without.id))?.nirKeys).toEqual([])
      expect(await accounts().releaseNumber(without.id, noon, {})).toBe('released')
    })
  })
}
