import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { requireConfiguration } from '../src/config/start.ts'
import { openFoundations, openToCopy } from '../src/foundations.ts'
import { markBegun } from '../src/moving/marks.ts'
import { occupy } from '../src/operations/occupancy.ts'
import { cliArguments, runHere } from './cli/run.ts'
import { describeOnMongo } from './stores/mongo/describe.ts'
import { aDatabase, withDatabase } from './stores/mongo/open-mongo.ts'
import { type Servers, startStandalone } from './stores/mongo/servers.ts'
import { describeOnRedis } from './stores/redis/describe.ts'
import { aRedisFolder, type RedisFolder } from './stores/redis/servers.ts'
import { aCrowd } from './support/crowd.ts'
import { freePort } from './support/free-port.ts'
import { type Guichet, startGuichet } from './support/guichet.ts'
import { aPerson, becomeAccount, type Person } from './support/people.ts'
import { makeVisitor } from './support/visitor.ts'
import { waitFor } from './support/wait.ts'
import { aService, signIn, type TestService } from './web/support/services.ts'

const describeOnBoth = describeOnMongo === describe ? describeOnRedis : describe.skip
const PATIENCE = 240_000

describeOnBoth('store copy', () => {
  let mongo: Servers
  let folder: RedisFolder
  let redisUrl = ''
  beforeAll(async () => {
    mongo = await startStandalone()
    folder = await aRedisFolder()
    redisUrl = `redis://127.0.0.1:${(await folder.server()).port}`
  }, PATIENCE)
  afterAll(async () => {
    await folder.close()
    await mongo.stop()
  })

  let dataDir = ''
  let env: { readonly [name: string]: string } = {}
  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'guichet-test-'))
    env = {
      GUICHET_DATA_DIR: dataDir,
      GUICHET_PORT: String(await freePort()),
      GUICHET_MONGO_URL: mongo.url(aDatabase()),
      GUICHET_REDIS_URL: redisUrl,
    }
  })
  afterEach(() => rm(dataDir, { recursive: true, force: true }))

  const onMongo = () => ({ ...env, GUICHET_STORE: 'mongo' })
  const there = ['store', 'copy', '--from', 'embedded', '--to', 'mongo']
  const back = ['store', 'copy', '--from', 'mongo', '--to', 'embedded']

  /** Signs in by number and password, and gives who the service is told it is: it shows its id and its secret. */
  const subjectOf = async (guichet: Guichet, person: Person, service: TestService): Promise<string> => {
    const visitor = makeVisitor(guichet.issuer)
    expect((await signIn(visitor, guichet, person)).body).toContain('Votre session est ouverte')
    const { url, verifier } = service.request()
    return (await service.whoCame((await visitor.get(url)).url, verifier)).sub
  }

  it(
    'moves a Guichet to MongoDB and back: the person, the service and what it knows the person by are the same',
    async () => {
      const person = aPerson()
      const embedded = await startGuichet(env)
      const service = await aService(embedded)
      await becomeAccount(makeVisitor(embedded.issuer), embedded, person)
      const subject = await subjectOf(embedded, person, service)
      const early = await runHere(there, env)
      expect(early).toMatchObject({ code: 1, err: expect.stringContaining('store prepare') })
      expect(await runHere(['store', 'prepare'], onMongo())).toMatchObject({ code: 0 })
      const served = await runHere(there, env)
      expect(served).toMatchObject({ code: 1, out: '', err: expect.stringMatching(/source is in use.*60 seconds/) })
      await embedded.stop()

      const copied = await runHere(there, env)
      expect(copied.out).toMatch(/^Copied and verified: 1 accounts, .* 1 services/)
      expect(copied.out).toContain('people sign in again')
      expect(copied.err).toContain('1 of 1 accounts, 100 %')
      expect(copied.code).toBe(0)
      const verified = await runHere(['audit', 'verify'], onMongo())
      expect(verified).toMatchObject({ code: 0, out: expect.stringMatching(/ 0 damaged\.\n$/) })
      const moved = await startGuichet(onMongo())
      expect(await subjectOf(moved, person, service)).toBe(subject)
      await moved.stop()

      // where nothing is yet but the keys
      const home = await mkdtemp(join(tmpdir(), 'guichet-test-'))
      try {
        await cp(join(dataDir, 'keys.json'), join(home, 'keys.json'))
        const inHome = { ...env, GUICHET_DATA_DIR: home }
        expect(await runHere(back, inHome)).toMatchObject({ code: 0 })
        expect(await runHere(['audit', 'verify'], inHome)).toMatchObject({ code: 0 })
        const again = await startGuichet(inHome)
        expect(await subjectOf(again, person, service)).toBe(subject)
        await again.stop()
      } finally {
        await rm(home, { recursive: true, force: true })
      }
    },
    PATIENCE,
  )

  it(
    'goes on after a SIGKILL; meanwhile nothing is served from half a copy',
    async () => {
      const many = 1500
      const { config, keys } = await requireConfiguration(env)
      const { stores } = await openFoundations({ config, keys }, () => new Date())
      await aCrowd(stores, keys, many)
      await stores.close()
      await runHere(['store', 'prepare'], onMongo())
      const copied = () =>
        withDatabase(env.GUICHET_MONGO_URL ?? '', db =>
          db.collection('accounts').countDocuments({ hidden: { $exists: false } }),
        )

      const child = spawn(process.execPath, cliArguments(there), {
        env: { PATH: process.env.PATH, ...env },
        stdio: 'ignore',
      })
      const ended = once(child, 'exit')
      await waitFor(async () => ((await copied()) > 0 ? true : undefined), PATIENCE / 2)
      child.kill('SIGKILL')
      await ended
      expect(await copied()).toBeLessThan(many)

      await expect(startGuichet(onMongo())).rejects.toThrow(/is being copied|has not ended/)
      const second = await runHere(there, env)
      expect(second).toMatchObject({ code: 0, out: expect.stringContaining(`${many} accounts`) })
      expect(await copied()).toBe(many)
      expect(await runHere(there, env)).toMatchObject({ code: 0, out: expect.stringContaining('nothing was done') })
      expect(await runHere(['audit', 'verify'], onMongo())).toMatchObject({ code: 0 })
    },
    PATIENCE,
  )

  it('keeps servers from half a copy, however long ago it was stopped', async () => {
    const configuration = await requireConfiguration(env)
    const now = () => new Date()
    const target = await openToCopy(configuration, 'embedded', now)
    await markBegun(target.facts, 'another-store')
    await target.close()
    await expect(openFoundations(configuration, now)).rejects.toThrow('has not ended')
  })

  it('keeps servers away while it runs', async () => {
    const configuration = await requireConfiguration(env)
    const now = () => new Date()
    const copied = await openToCopy(configuration, 'embedded', now)
    const copying = await occupy(copied.occupants, 'copying', now)
    await expect(openFoundations(configuration, now)).rejects.toThrow('is being copied to another store')
    await copying.leave()
    await copied.close()
    const { stores } = await openFoundations(configuration, now)
    await stores.close()
  })

  it('wants the address of MongoDB, and two different stores', async () => {
    expect(await runHere(there, { GUICHET_DATA_DIR: dataDir })).toMatchObject({
      code: 1,
      err: expect.stringContaining('GUICHET_MONGO_URL: expected'),
    })
    for (const [from, to] of [
      ['embedded', 'embedded'],
      ['embedded', 'redis'],
    ] as const)
      expect(await runHere(['store', 'copy', '--from', from, '--to', to], env)).toMatchObject({ code: 2 })
  })
})
