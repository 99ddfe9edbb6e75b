import { expect } from '@jest/globals'
import type { AccountRecord } from '../../../src/stores/contracts.ts'
import { withDatabase } from './open-mongo.ts'

/** Nothing is left half-way, nobody holds what another one holds, and every active account has its look-up entries. */
export const expectWholeAt = (url: string): Promise<void> =>
  withDatabase(url, async db => {
    for (const name of ['accounts', 'consents', 'services', 'jobs'])
      expect(
        await db
          .collection(name)
          .countDocuments({ $or: [{ pending: { $exists: true } }, { hidden: { $exists: true } }] }),
      ).toBe(0)
    const holding = await db
      .collection<{ _id: string; nirKeys: AccountRecord['nirKeys'] }>('accounts')
      .find({ status: { $in: ['active', 'suspended'] } })
      .toArray()
    const keys = holding.flatMap(({ nirKeys }) => nirKeys.map(key => `${key.keyId}:${key.value}`))
    expect(new Set(keys).size).toBe(keys.length)
    for (const { _id, nirKeys } of holding)
      for (const { keyId, value } of nirKeys)
        expect(await db.collection<{ _id: string }>('holders').findOne({ _id: `${keyId}:${value}` })).toMatchObject({
          accountId: _id,
        })
  })
