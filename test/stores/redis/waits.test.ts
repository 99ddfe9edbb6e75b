import { afterAll, beforeAll, expect, it } from '@jest/globals'
import type { RedisStores } from '../../../src/stores/redis/open.ts'
import { noon } from '../../builders/records.ts'
import { aWaitsCounter, type WaitsCounter } from '../waits.ts'
import { acts } from './acts.ts'
import { describeOnRedis } from './describe.ts'
import { openRedis } from './open-redis.ts'
import { aRedisFolder, asking, type RedisFolder } from './servers.ts'

const atOnce = [
  'put',
  'putNew',
  'get',
  'take',
  'remove',
  'attempt',
  'count',
  'distinct',
  'peek',
  'reset',
  'saveGrant',
  'saveToken',
  'saveOfClient',
  'saveCode',
  'saveDeviceCode',
  'saveSession',
  'renewSession',
  'saveLate',
  'find',
  'findSession',
  'findByUid',
  'findByUserCode',
  'consume',
  'rememberSessionEnd',
  'isSessionEnded',
  'unique',
  'destroy',
]

describeOnRedis('waits on one Redis', () => {
  let folder: RedisFolder
  let counter: WaitsCounter
  let stores: RedisStores
  beforeAll(async () => {
    folder = await aRedisFolder()
    const { port } = await folder.server()
    counter = await aWaitsCounter(port)
    stores = await openRedis(`redis://127.0.0.1:${counter.port}`, () => noon)
    // the server learns the scripts
    for (const act of Object.values(acts)) await act(stores)
    await asking(port, redis => redis.flushall())
  })
  afterAll(async () => {
    await stores.close()
    await counter.close()
    await folder.close()
  })

  it.each(atOnce)('%s: one', async name => {
    const act = acts[name]
    if (!act) throw new Error('no such act')
    expect(await counter.waitsOf(() => act(stores))).toBe(1)
  })

  it('are one for what is begun together', async () => {
    const { saveSession, saveGrant, find, attempt } = acts
    expect(
      await counter.waitsOf(() => Promise.all([saveSession, saveGrant, find, attempt].map(act => act?.(stores)))),
    ).toBe(1)
  })

  it('are few for what ends a Grant, a session or an account', async () => {
    const { saveGrant, saveToken, saveSession, destroySession, revokeModel, endAccount } = acts
    for (const act of [saveGrant, saveToken, saveSession]) await act?.(stores)
    const waitsOf = (act: (typeof acts)[string] | undefined) => counter.waitsOf(async () => act?.(stores))
    expect(await waitsOf(destroySession)).toBe(2)
    expect(await waitsOf(revokeModel)).toBe(3)
    expect(await waitsOf(endAccount)).toBeLessThanOrEqual(6)
  })
})
