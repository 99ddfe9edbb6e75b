import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { requireConfiguration } from '../src/config/start.ts'
import { openFoundations } from '../src/foundations.ts'
import { aJob, aPendingAccount, later } from './builders/records.ts'
import { cliArguments, runHere } from './cli/run.ts'
import { describeOnMongo } from './stores/mongo/describe.ts'
import { openMongo, withDatabase } from './stores/mongo/open-mongo.ts'
import { type Servers, startStandalone } from './stores/mongo/servers.ts'
import { describeOnRedis } from './stores/redis/describe.ts'
import { aRedisFolder, type RedisFolder, type RedisProcess } from './stores/redis/servers.ts'
import { aCrowd } from './support/crowd.ts'
import { freePort } from './support/free-port.ts'
import { type Guichet, startGuichet } from './support/guichet.ts'
import { aPerson, becomeAccount } from './support/people.ts'
import { makeVisitor } from './support/visitor.ts'
import { waitFor } from './support/wait.ts'
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

  it('finishes at its start what a process that died left half-way', async () => {
    const env = settings()
    expect(await runHere(['store', 'prepare'], env)).toMatchObject({ code: 0 })
    const aMinuteAgo = () => new Date(Date.now() - 60_000)
    const died = await openMongo(env.GUICHET_MONGO_URL, aMinuteAgo, {
      step: () => Promise.reject(new Error('killed')),
    })
    const jobs = [aJob({ dueAt: later(3600, now()), expiresAt: later(7200, now()) })]
    await expect(died.accounts.create(aPendingAccount({ createdAt: now() }), { jobs })).rejects.toThrow('killed')
    expect(await died.jobs.count('mail')).toBe(0)

    const guichet = await startGuichet(env, { purgeEveryMs: 24 * 3_600_000 })
    try {
      await waitFor(async () => ((await died.jobs.count('mail')) === 1 ? true : undefined), 30_000)
    } finally {
      await guichet.stop()
      await died.close()
    }
  }, 60_000)

  it('puts accounts under new keys while it serves; « keys reseal » goes on where a SIGKILL stopped it', async () => {
    const many = 300
    const home = await mkdtemp(join(tmpdir(), 'guichet-test-'))
    const env = { ...settings(), GUICHET_DATA_DIR: home, GUICHET_PORT: String(await freePort()) }
    const person = aPerson()
    const former = await startGuichet(env)
    const { keys } = former.configuration
    await becomeAccount(makeVisitor(former.issuer), former, person)
    await aCrowd(former.app.stores, keys, many - 1)
    await former.stop()
    for (const ring of ['personal', 'lookup'])
      expect(await runHere(['keys', 'rotate', ring], env)).toMatchObject({ code: 0 })
    const guichet = await startGuichet(env)
    try {
      const newest = guichet.configuration.keys.personal[0].id
      const kidOf = (sealed: string) => JSON.parse(Buffer.from(sealed.split('.')[0] ?? '', 'base64url').toString()).kid
      const resealed = () =>
        withDatabase(env.GUICHET_MONGO_URL, async db => {
          const all = await db
            .collection('accounts')
            .find({}, { projection: { sealed: 1 } })
            .toArray()
          return all.filter(({ sealed }) => kidOf(sealed) === newest).length
        })

      const child = spawn(process.execPath, cliArguments(['keys', 'reseal']), {
        env: { PATH: process.env.PATH, ...env },
        stdio: 'ignore',
      })
      const ended = once(child, 'exit')
      await waitFor(async () => ((await resealed()) > 0 ? true : undefined), 120_000)
      child.kill('SIGKILL')
      await ended
      const done = await resealed()
      expect(done).toBeLessThan(many)
      expect((await signIn(makeVisitor(guichet.issuer), guichet, person)).body).toContain('Votre session est ouverte')

      const second = await runHere(['keys', 'reseal'], env)
      expect(second).toMatchObject({ code: 0, err: expect.stringContaining(`${many} of ${many} accounts, 100 %`) })
      const [left] = second.out.match(/^\d+/) ?? []
      expect(Number(left)).toBeLessThanOrEqual(many - done)
      expect(await resealed()).toBe(many)
      expect((await signIn(makeVisitor(guichet.issuer), guichet, person)).body).toContain('Votre session est ouverte')
    } finally {
      await guichet.stop()
      await rm(home, { recursive: true, force: true })
    }
  }, 240_000)

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
