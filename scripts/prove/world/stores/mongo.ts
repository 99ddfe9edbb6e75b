/** MongoDB and Redis of a proof's own: one server of each, or a replica set of three and a Cluster of three. */
import { createHash, randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Server } from '../../../../test/stores/mongo/servers.ts'
import { waitFor } from '../../../../test/support/wait.ts'
import { findMongod } from '../../../test/mongod.ts'
import { findRedis } from '../../../test/redis.ts'
import { openContracts } from './contracts.ts'
import { failingMember, failingTogether } from './mongo-failing.ts'
import type { ProvedStore, StoreKind, StoreOptions } from './proved.ts'

const LASTING = ['accounts', 'holders', 'consents', 'services', 'jobs', 'audit_entries']

/** What MongoDB writes is compressed, and the beginnings of what is indexed are written once, unless it is told not to. */
const LEGIBLE = [
  ['--wiredTigerCollectionBlockCompressor', 'none'],
  ['--wiredTigerJournalCompressor', 'none'],
  ['--wiredTigerIndexPrefixCompression', 'false'],
].flat()

const SETTLING_MS = 90_000

type Found = { readonly kind: 'found'; readonly path: string } | { readonly kind: 'missing'; readonly sentence: string }
const pathOf = (found: Found): string => {
  if (found.kind === 'missing') throw new Error(found.sentence)
  return found.path
}

/** The servers of the tests, which read where their programs are when they are loaded. */
const serversOfTests = async () => {
  process.env.MONGOD_PATH = pathOf(findMongod())
  process.env.REDIS_SERVER_PATH = pathOf(findRedis())
  const [mongo, redis, sets, database, plans, lying] = await Promise.all([
    import('../../../../test/stores/mongo/servers.ts'),
    import('../../../../test/stores/redis/servers.ts'),
    import('../../../../test/stores/redis/set-ups.ts'),
    import('../../../../test/stores/mongo/open-mongo.ts'),
    import('../../../../test/stores/mongo/plans.ts'),
    import('./mongo-lying.ts'),
  ])
  return { mongo, redis, sets, withDatabase: database.withDatabase, plans, lying }
}

export const openMongo = async (
  kind: Exclude<StoreKind, 'embedded'>,
  { legible = false }: StoreOptions,
): Promise<ProvedStore> => {
  const { mongo, redis, sets, withDatabase, plans, lying } = await serversOfTests()
  const keys = await mkdtemp(join(tmpdir(), 'guichet-prove-'))
  const options = legible ? LEGIBLE : []
  const [servers, folder] = await Promise.all([
    kind === 'mongo' ? mongo.startStandalone(options) : mongo.startReplicaSet(options),
    redis.aRedisFolder(),
  ])
  const alone = async () => {
    const node = await folder.server()
    return { url: `redis://127.0.0.1:${node.port}`, nodes: [node] }
  }
  const { url: redisUrl, nodes } = await (kind === 'mongo' ? alone() : sets.aRedisCluster(folder))
  const mongoUrl = servers.url(`guichet-${randomBytes(4).toString('hex')}`)
  const settings = {
    GUICHET_DATA_DIR: keys,
    GUICHET_STORE: 'mongo',
    GUICHET_MONGO_URL: mongoUrl,
    GUICHET_REDIS_URL: redisUrl,
  }
  const documents = (collection: string) =>
    withDatabase(mongoUrl, async db => db.collection(collection).find().sort({ _id: 1 }).toArray())
  const isPrimary = async ({ port }: Server): Promise<boolean> =>
    (await mongo.command(port, { hello: 1 }).catch(() => undefined))?.isWritablePrimary === true
  const { members } = servers

  return {
    kind,
    settings,
    open: more => openContracts({ ...settings, ...more }),
    dump: async () => [
      ...(await lying.everyDocument(members)),
      ...(await lying.everyKey(nodes)),
      ...(await lying.everyFile([...members.map(({ data }) => data), folder.path])),
    ],
    away: async act => {
      for (const member of members) member.signal('SIGSTOP')
      try {
        return await act()
      } finally {
        for (const member of members) member.signal('SIGCONT')
      }
    },
    taken: () => lying.takenOf(mongoUrl, members, nodes, folder.path),
    walks: async act => {
      const watched = await withDatabase(mongoUrl, db => plans.watchedWhile(db, act))
      return { asked: new Set(watched.map(({ shape }) => shape)).size, found: plans.walksOf(watched) }
    },
    durable: async () => {
      const digests = LASTING.map(async name => {
        const all = await documents(name)
        return [name, `${all.length} ${createHash('sha256').update(JSON.stringify(all)).digest('base64url')}`] as const
      })
      return Object.fromEntries(await Promise.all(digests))
    },
    servers: {
      primary: async () => {
        const find = async () => {
          for (const member of members) if (await isPrimary(member)) return member
          return undefined
        }
        return failingMember(await waitFor(find, SETTLING_MS))
      },
      settled: async () => {
        const [first] = members
        await waitFor(async () => first !== undefined && (await isPrimary(first)), SETTLING_MS)
      },
      redis: failingTogether(nodes),
    },
    erase: async () => {
      await Promise.all([servers.stop(), folder.close()])
      await rm(keys, { recursive: true, force: true })
    },
  }
}
