/** Real servers of MongoDB and Redis for a bench, each set-up of Guichet on a database and keys of its own. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findMongod } from '../../test/mongod.ts'
import { findRedis } from '../../test/redis.ts'

export type BenchStore = {
  /** GUICHET_* settings. */
  readonly settings: { readonly [name: string]: string }
  readonly dataDir: string
}

export type BenchWorld = {
  readonly redisUrl: string
  mongoUrl(database: string): string
  /** A store of its own, empty. */
  store(name: string): Promise<BenchStore>
  stop(): Promise<void>
}

const pathOf = (found: ReturnType<typeof findMongod> | ReturnType<typeof findRedis>): string => {
  if (found.kind === 'missing') throw new Error(found.sentence)
  return found.path
}

/** MongoDB keeps so much in its memory, in GB. */
const CACHE_GB = 1

export const startBenchWorld = async (): Promise<BenchWorld> => {
  // the servers of the tests read where their programs are when they are loaded
  process.env.MONGOD_PATH = pathOf(findMongod())
  process.env.REDIS_SERVER_PATH = pathOf(findRedis())
  const [{ startStandalone }, { aRedisFolder }] = await Promise.all([
    import('../../../test/stores/mongo/servers.ts'),
    import('../../../test/stores/redis/servers.ts'),
  ])
  const mongo = await startStandalone([], CACHE_GB)
  const folder = await aRedisFolder()
  const redisUrl = `redis://127.0.0.1:${(await folder.server()).port}`
  const dirs: string[] = []
  return {
    redisUrl,
    mongoUrl: mongo.url,
    async store(name) {
      const dataDir = await mkdtemp(join(tmpdir(), `guichet-bench-${name}-`))
      dirs.push(dataDir)
      const settings = {
        GUICHET_DATA_DIR: dataDir,
        GUICHET_STORE: 'mongo',
        GUICHET_MONGO_URL: mongo.url(`bench-${name}`),
        GUICHET_REDIS_URL: redisUrl,
      }
      return { settings, dataDir }
    },
    async stop() {
      await Promise.all([mongo.stop(), folder.close()])
      for (const dir of dirs) await rm(dir, { recursive: true, force: true })
    },
  }
}
