/** MongoDB and Redis of a proof's own: one server of each, or a replica set of three and a Cluster of three. */
import { createHash, randomBytes } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findMongod } from '../../../test/mongod.ts'
import { findRedis } from '../../../test/redis.ts'
import { openContracts } from './contracts.ts'
import type { Lying, ProvedStore, StoreKind } from './proved.ts'

const LASTING = ['accounts', 'holders', 'consents', 'services', 'jobs', 'audit_entries']

type Found = { readonly kind: 'found'; readonly path: string } | { readonly kind: 'missing'; readonly sentence: string }
const pathOf = (found: Found): string => {
  if (found.kind === 'missing') throw new Error(found.sentence)
  return found.path
}

/** The servers of the tests, which read where their programs are when they are loaded. */
const serversOfTests = async () => {
  process.env.MONGOD_PATH = pathOf(findMongod())
  process.env.REDIS_SERVER_PATH = pathOf(findRedis())
  const [mongo, redis, sets, database] = await Promise.all([
    import('../../../../test/stores/mongo/servers.ts'),
    import('../../../../test/stores/redis/servers.ts'),
    import('../../../../test/stores/redis/set-ups.ts'),
    import('../../../../test/stores/mongo/open-mongo.ts'),
  ])
  return { ...mongo, ...redis, ...sets, withDatabase: database.withDatabase }
}

const filesIn = async (folder: string): Promise<readonly Lying[]> => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter(entry => entry.isFile())
  return Promise.all(
    files.map(async file => ({ name: file.name, bytes: await readFile(join(file.parentPath, file.name)) })),
  )
}

export const openMongo = async (kind: Exclude<StoreKind, 'embedded'>): Promise<ProvedStore> => {
  const { startStandalone, startReplicaSet, aRedisFolder, aRedisCluster, withDatabase } = await serversOfTests()
  const keys = await mkdtemp(join(tmpdir(), 'guichet-prove-'))
  const [mongo, folder] = await Promise.all([kind === 'mongo' ? startStandalone() : startReplicaSet(), aRedisFolder()])
  const redisUrl =
    kind === 'mongo' ? `redis://127.0.0.1:${(await folder.server()).port}` : (await aRedisCluster(folder)).url
  const mongoUrl = mongo.url(`guichet-${randomBytes(4).toString('hex')}`)
  const settings = {
    GUICHET_DATA_DIR: keys,
    GUICHET_STORE: 'mongo',
    GUICHET_MONGO_URL: mongoUrl,
    GUICHET_REDIS_URL: redisUrl,
  }
  const documents = (collection: string) =>
    withDatabase(mongoUrl, async db => db.collection(collection).find().sort({ _id: 1 }).toArray())

  return {
    kind,
    settings,
    open: more => openContracts({ ...settings, ...more }),
    // what MongoDB writes is compressed: its documents are read instead; Redis's own log of writes is not
    dump: async () => {
      const names = await withDatabase(mongoUrl, async db => (await db.collections()).map(one => one.collectionName))
      const collections = names.map(async name => ({ name, bytes: Buffer.from(JSON.stringify(await documents(name))) }))
      return [...(await Promise.all(collections)), ...(await filesIn(folder.path))]
    },
    away: async act => {
      for (const member of mongo.members) member.signal('SIGSTOP')
      try {
        return await act()
      } finally {
        for (const member of mongo.members) member.signal('SIGCONT')
      }
    },
    size: () =>
      withDatabase(mongoUrl, async db => {
        const { storageSize, indexSize } = await db.stats()
        return Number(storageSize) + Number(indexSize)
      }),
    durable: async () => {
      const digests = LASTING.map(async name => {
        const all = await documents(name)
        return [name, `${all.length} ${createHash('sha256').update(JSON.stringify(all)).digest('base64url')}`] as const
      })
      return Object.fromEntries(await Promise.all(digests))
    },
    erase: async () => {
      await Promise.all([mongo.stop(), folder.close()])
      await rm(keys, { recursive: true, force: true })
    },
  }
}
