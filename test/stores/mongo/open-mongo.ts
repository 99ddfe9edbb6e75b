import { randomBytes } from 'node:crypto'
import { Mongoose } from 'mongoose'
import { type MongoSettings, type MongoStores, openMongoStores } from '../../../src/stores/mongo/open.ts'
import { prepareMongo } from '../../../src/stores/mongo/prepare.ts'
import { anAuditChain } from '../../builders/keys.ts'
import { noon } from '../../builders/records.ts'
import type { LastingStores, OpenStores } from '../../contract/set-up.ts'
import type { Servers } from './servers.ts'

export const openMongo = (url: string, clock: () => Date, more: Partial<MongoSettings> = {}): Promise<MongoStores> =>
  openMongoStores({
    url,
    auditChain: anAuditChain(),
    process: randomBytes(6).toString('hex'),
    clock,
    patience: 10_000,
    ...more,
  })

export const aDatabase = (): string => `guichet-${randomBytes(6).toString('hex')}`

/** Looks at the database beside the stores. */
export const withDatabase = async <T>(
  url: string,
  act: (db: NonNullable<ReturnType<Mongoose['createConnection']>['db']>) => Promise<T>,
): Promise<T> => {
  const connection = new Mongoose().createConnection(url)
  try {
    await connection.asPromise()
    if (!connection.db) throw new Error('no database')
    return await act(connection.db)
  } finally {
    await connection.close()
  }
}

export const prepared = (url: string): Promise<void> => prepareMongo({ url, say: () => {} })

export const emptied = (url: string): Promise<void> =>
  withDatabase(url, async db => {
    const collections = await db.collections()
    await Promise.all(collections.map(collection => collection.deleteMany({ _id: { $ne: 'store.prepared' as never } })))
  })

/** Empty stores each time, in one database that was prepared once. */
export const openMongoForTests = (servers: () => Servers): OpenStores<LastingStores> => {
  const database = aDatabase()
  let preparing: Promise<void> | undefined

  return async () => {
    const url = servers().url(database)
    preparing ??= prepared(url)
    await preparing
    let now = noon
    const all: MongoStores[] = []
    const open = async () => {
      const stores = await openMongo(url, () => now)
      all.push(stores)
      return stores
    }
    return {
      stores: await open(),
      clock: { now: () => now, set: date => (now = date) },
      another: open,
      seenWithin: 10,
      dump: () =>
        withDatabase(url, async db => {
          const collections = await db.collections()
          const documents = await Promise.all(collections.map(collection => collection.find().toArray()))
          return Buffer.from(JSON.stringify(documents))
        }),
      close: async () => {
        for (const stores of all) await stores.close()
        await emptied(url)
      },
    }
  }
}
