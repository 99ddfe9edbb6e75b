import { expect } from '@jest/globals'
import type { AccountRecord } from '../../../src/stores/contracts.ts'
import { waitFor } from '../../support/wait.ts'
import { withDatabase } from './open-mongo.ts'

type Held = { readonly _id: string } & Pick<AccountRecord, 'nirKeys'> & Partial<Pick<AccountRecord, 'identityKeys'>>

const heldBy = ({ nirKeys, identityKeys = [] }: Held) => [...identityKeys, ...nirKeys]

/** Nothing is left half-way, nobody holds what another one holds, and every active account has its look-up entries. */
export const expectWholeAt = (url: string): Promise<void> =>
  withDatabase(url, async db => {
    // what an act brought is let go of just after it
    for (const name of ['accounts', 'consents', 'services', 'jobs'])
      await waitFor(async () => {
        const left = { $or: [{ pending: { $exists: true } }, { hidden: { $exists: true } }] }
        return (await db.collection(name).countDocuments(left)) === 0 || undefined
      })
    const holding = await db
      .collection<Held>('accounts')
      .find({ status: { $in: ['active', 'suspended'] } })
      .toArray()
    const keys = holding.flatMap(account => heldBy(account).map(key => `${key.keyId}:${key.value}`))
    expect(new Set(keys).size).toBe(keys.length)
    for (const account of holding)
      for (const { keyId, value } of heldBy(account))
        expect(await db.collection<{ _id: string }>('holders').findOne({ _id: `${keyId}:${value}` })).toMatchObject({
          accountId: account._id,
        })
  })
