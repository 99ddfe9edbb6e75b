import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { aProvedService } from '../../scripts/prove/world/service.ts'
import { openWorld, type World } from '../../scripts/prove/world/world.ts'

/** In a process of its own: what it keeps is counted there, by V8, after a full collection. */
let world: World
beforeAll(async () => {
  world = await openWorld({ store: 'embedded', processes: 1 })
}, 60_000)
afterAll(() => world.stop())

const regularExpressions = async (): Promise<number> => Number(await world.server().ask('regularExpressions'))

describe('what anybody may ask for without end leaves nothing behind in the process', () => {
  it('requests of services, begun and never ended, and addresses of requests that never were', async () => {
    const service = await aProvedService(world)
    const ask = async () => {
      const visitor = world.visitor(world.server())
      await visitor.get(service.request().url)
      await visitor.get(`${world.issuer}/connexion/${randomBytes(16).toString('base64url')}`)
    }
    for (let warm = 0; warm < 3; warm += 1) await ask()
    const before = await regularExpressions()
    expect(before).toBeGreaterThan(10)
    for (let asked = 0; asked < 20; asked += 1) await ask()
    expect((await regularExpressions()) - before).toBeLessThan(10)
  })
})
