import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { describeOnMongo } from './stores/mongo/describe.ts'
import { type Servers, startStandalone } from './stores/mongo/servers.ts'
import { describeOnRedis } from './stores/redis/describe.ts'
import { aRedisFolder, type RedisFolder } from './stores/redis/servers.ts'
import { aWaitsCounter, type WaitsCounter } from './stores/waits.ts'
import { type Guichet, startGuichet } from './support/guichet.ts'
import { aPerson, becomeAccount } from './support/people.ts'
import { makeVisitor, type Visitor } from './support/visitor.ts'
import { aService, SERVICE_ORIGIN, signIn, type TestService } from './web/support/services.ts'

const describeOnBoth = describeOnMongo === describe ? describeOnRedis : describe.skip

/** What reads or writes, not what watches: the name of a command is the first one in its document. */
const asksMongo = (sent: Buffer): boolean =>
  ['find', 'aggregate', 'count', 'insert', 'update', 'delete', 'findAndModify'].some(
    name => sent.toString('latin1', 26, 27 + name.length) === `${name}\0`,
  )

/** What a process does beside requests may fall in one of these: the one in the middle tells. */
const TIMES = 5
const middle = (counts: readonly number[]): number =>
  [...counts].sort((a, b) => a - b)[counts.length >> 1] ?? Number.NaN

type Arrange = () => Promise<() => Promise<unknown>>
type Tokens = { readonly access_token: string; readonly refresh_token?: string; readonly id_token?: string }

describeOnBoth('waits of a request, one after the other', () => {
  let mongo: Servers
  let folder: RedisFolder
  let dataDir: string
  let redisWaits: WaitsCounter
  let mongoWaits: WaitsCounter
  let guichet: Guichet
  let visitor: Visitor
  let services: { readonly [kind: string]: TestService }
  beforeAll(async () => {
    mongo = await startStandalone()
    folder = await aRedisFolder()
    dataDir = await mkdtemp(join(tmpdir(), 'guichet-test-'))
    redisWaits = await aWaitsCounter((await folder.server()).port)
    mongoWaits = await aWaitsCounter(mongo.members[0]?.port ?? 0, asksMongo)
    guichet = await startGuichet({
      GUICHET_DATA_DIR: dataDir,
      GUICHET_STORE: 'mongo',
      GUICHET_MONGO_URL: `mongodb://127.0.0.1:${mongoWaits.port}/guichet-${randomBytes(4).toString('hex')}`,
      GUICHET_REDIS_URL: `redis://127.0.0.1:${redisWaits.port}`,
      GUICHET_LIFETIME_REFRESH_GRACE: '10 s',
    })
    const grantTypes = ['authorization_code', 'refresh_token', 'client_credentials']
    services = {
      firstParty: await aService(guichet, { grantTypes }),
      thirdParty: await aService(guichet, { grantTypes, firstParty: false }),
    }
    const person = aPerson()
    await becomeAccount(makeVisitor(guichet.issuer), guichet, person)
    visitor = makeVisitor(guichet.issuer)
    await signIn(visitor, guichet, person)
    // consents, once
    const { url } = serviceOf('thirdParty').request({ scope: 'openid email offline_access', prompt: 'consent' })
    await visitor.submit(await visitor.get(url), { action: 'allow' }, 'allow')
  }, 120_000)
  afterAll(async () => {
    await guichet.stop()
    await redisWaits.close()
    await mongoWaits.close()
    await folder.close()
    await mongo.stop()
    await rm(dataDir, { recursive: true, force: true })
  })

  const serviceOf = (kind: string): TestService => {
    const service = services[kind]
    if (!service) throw new Error(`no ${kind}`)
    return service
  }

  const waitsOf = async (arrange: Arrange) => {
    const counted: (readonly [redis: number, mongo: number])[] = []
    for (let time = 0; time < TIMES; time += 1) {
      const act = await arrange()
      let mongo = 0
      const redis = await redisWaits.waitsOf(async () => {
        mongo = await mongoWaits.waitsOf(act)
      })
      counted.push([redis, mongo])
    }
    return { redis: middle(counted.map(([redis]) => redis)), mongo: middle(counted.map(([, mongo]) => mongo)) }
  }

  const authorize = async (service: TestService, scope: string) => {
    const { url, verifier } = service.request({ scope })
    const landed = (await visitor.get(url)).url
    const code = new URL(landed).searchParams.get('code')
    if (!code || !landed.startsWith(SERVICE_ORIGIN)) throw new Error(`no code came back: ${landed}`)
    return { code, verifier }
  }
  const token = async ({ id, secret }: TestService, fields: Readonly<Record<string, string>>): Promise<Tokens> => {
    const answer = await fetch(`${guichet.issuer}/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa(`${id}:${secret}`)}` },
      body: new URLSearchParams(fields),
    })
    const tokens = (await answer.json()) as Tokens
    if (!tokens.access_token) throw new Error(JSON.stringify(tokens))
    return tokens
  }
  const redeem = (service: TestService, { code, verifier }: { readonly code: string; readonly verifier: string }) =>
    token(service, {
      grant_type: 'authorization_code',
      code,
      redirect_uri: service.redirectUri,
      code_verifier: verifier,
    })

  /** With a refresh token: the person is asked, when it is not the operator's own service. */
  const authorizeOffline = async (service: TestService) => {
    const { url, verifier } = service.request({ scope: 'openid email offline_access', prompt: 'consent' })
    const page = await visitor.get(url)
    const landed = page.url.startsWith(SERVICE_ORIGIN) ? page : await visitor.submit(page, { action: 'allow' }, 'allow')
    const code = new URL(landed.url).searchParams.get('code')
    if (!code) throw new Error(`no code came back: ${landed.url}`)
    return { code, verifier }
  }
  const online = async (service: TestService): Promise<Tokens> =>
    redeem(service, await authorize(service, 'openid email'))
  const offline = async (service: TestService): Promise<Tokens> => redeem(service, await authorizeOffline(service))
  const userinfo = async ({ access_token }: Tokens) => {
    const answer = await fetch(`${guichet.issuer}/userinfo`, { headers: { authorization: `Bearer ${access_token}` } })
    if (answer.status !== 200) throw new Error(await answer.text())
  }

  const rows: readonly (readonly [string, number, (service: TestService) => ReturnType<Arrange>])[] = [
    ['authorize with a session', 3, async service => () => authorize(service, 'openid email')],
    [
      'code redemption',
      4,
      async service => {
        const code = await authorize(service, 'openid email')
        return () => redeem(service, code)
      },
    ],
    [
      'code redemption that gives a refresh token',
      4,
      async service => {
        const code = await authorizeOffline(service)
        return () => redeem(service, code)
      },
    ],
    [
      'refresh',
      4,
      async service => {
        const { refresh_token = '' } = await offline(service)
        return () => token(service, { grant_type: 'refresh_token', refresh_token })
      },
    ],
    [
      'userinfo',
      2,
      async service => {
        const tokens = await offline(service)
        return () => userinfo(tokens)
      },
    ],
    [
      'userinfo, bound to a session',
      3,
      async service => {
        const tokens = await online(service)
        return () => userinfo(tokens)
      },
    ],
    ['client_credentials', 1, async service => () => token(service, { grant_type: 'client_credentials' })],
  ]

  describe.each(['firstParty', 'thirdParty'])('of a service, %s', kind => {
    it.each(rows)('%s: %i on Redis at most, one on MongoDB', async (_name, most, arrange) => {
      const { redis, mongo } = await waitsOf(() => arrange(serviceOf(kind)))
      expect(redis).toBeLessThanOrEqual(most)
      expect(mongo).toBeLessThanOrEqual(1)
    })
  })

  it('authorize with a session, for a service that it had not: 3 on Redis at most, one on MongoDB', async () => {
    const { redis, mongo } = await waitsOf(async () => {
      const service = await aService(guichet)
      // its registration is in this process's memory
      await fetch(service.request({ prompt: 'none' }).url, { redirect: 'manual' })
      return () => authorize(service, 'openid email')
    })
    expect(redis).toBeLessThanOrEqual(3)
    expect(mongo).toBeLessThanOrEqual(1)
  })
})
