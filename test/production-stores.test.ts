import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { requireConfiguration } from '../src/config/start.ts'
import { openFoundations } from '../src/foundations.ts'
import { runHere } from './cli/run.ts'
import { describeOnMongo } from './stores/mongo/describe.ts'
import { type Servers, startStandalone } from './stores/mongo/servers.ts'
import { describeOnRedis } from './stores/redis/describe.ts'
import { aRedisFolder, type RedisFolder, type RedisProcess } from './stores/redis/servers.ts'
import { type Guichet, startGuichet } from './support/guichet.ts'
import { aPerson, becomeAccount } from './support/people.ts'
import { makeVisitor } from './support/visitor.ts'
import { aService, signIn, whoIsSignedIn } from './web/support/services.ts'

/** Both servers are needed: where either is missing, npm test says which. */
const describeOnBoth = describeOnMongo === describe ? describeOnRedis : describe.skip

describeOnBoth('GUICHET_STORE=mongo', () => {
  let mongo: Servers
  let folder: RedisFolder
  let redis: RedisProcess
  let dataDir: string
  beforeAll(async () => {
    mongo = await startStandalone()
    folder = await aRedisFolder()
    redis = await folder.server()
    dataDir = await mkdtemp(join(tmpdir(), 'guichet-test-'))
  }, 60_000)
  afterAll(async () => {
    await folder.close()
    await mongo.stop()
    await rm(dataDir, { recursive: true, force: true })
  })

  const settings = () => ({
    GUICHET_DATA_DIR: dataDir,
    GUICHET_STORE: 'mongo',
    GUICHET_MONGO_URL: mongo.url(`guichet-${randomBytes(4).toString('hex')}`),
    GUICHET_REDIS_URL: `redis://127.0.0.1:${redis.port}`,
  })
  const now = () => new Date()

  it('in production starts on a database that was prepared alone, and says the command that does it', async () => {
    const env = settings()
    const { config, keys } = await requireConfiguration(env)
    const production = { config: { ...config, production: true }, keys }
    await expect(openFoundations(production, now)).rejects.toThrow('npm run guichet -- store prepare')

    const first = await runHere(['store', 'prepare'], env)
    expect(first).toMatchObject({ code: 0, out: '' })
    expect(first.err).toContain('accounts')
    expect(await runHere(['store', 'prepare'], env)).toMatchObject({ code: 0 })
    const opened = await openFoundations(production, now)
    await opened.stores.ready()
    await opened.stores.close()
  })

  it('says what a crash of Redis may undo, in words', async () => {
    const careless = await folder.server('--appendfsync', 'everysec')
    const { config, keys } = await requireConfiguration({
      ...settings(),
      GUICHET_REDIS_URL: `redis://127.0.0.1:${careless.port}`,
    })
    const { stores, advice } = await openFoundations({ config, keys }, now)
    await stores.close()
    expect(advice.join(' ')).toContain('appendfsync')

    const guichet = await startGuichet({ ...settings(), GUICHET_REDIS_URL: `redis://127.0.0.1:${careless.port}` })
    await guichet.stop()
    const warnings = guichet.logged.map(line => JSON.parse(line)).filter(({ level }) => level === 'warn')
    expect(warnings.map(({ msg }) => msg)).toEqual(advice)
  }, 60_000)

  it('wants both addresses, and says so', async () => {
    await expect(requireConfiguration({ GUICHET_DATA_DIR: dataDir, GUICHET_STORE: 'mongo' })).rejects.toThrow(
      /GUICHET_MONGO_URL[\s\S]*GUICHET_REDIS_URL/,
    )
  })

  describe('holds the main journey', () => {
    let guichet: Guichet
    beforeAll(async () => {
      guichet = await startGuichet(settings())
    }, 60_000)
    afterAll(() => guichet.stop())

    it('from the sign-up to a service, and back in from another browser', async () => {
      const service = await aService(guichet)
      const person = aPerson()
      await becomeAccount(makeVisitor(guichet.issuer), guichet, person)
      const visitor = makeVisitor(guichet.issuer)
      expect((await signIn(visitor, guichet, person)).body).toContain('Votre session est ouverte')
      expect(await whoIsSignedIn(visitor, service)).toBeDefined()
      expect(await whoIsSignedIn(makeVisitor(guichet.issuer), service)).toBeUndefined()
    })
  })
})

it('the embedded store prepares itself', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'guichet-test-'))
  const told = await runHere(['store', 'prepare'], { GUICHET_DATA_DIR: dataDir })
  await rm(dataDir, { recursive: true, force: true })
  expect(told).toMatchObject({ code: 0, out: expect.stringContaining('prepares itself') })
})
