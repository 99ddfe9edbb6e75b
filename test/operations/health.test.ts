import { describe, expect, it } from '@jest/globals'
import { makeHealth } from '../../src/operations/health.ts'

const turning = { name: 'mail', alive: () => true }

describe('readiness', () => {
  it('is given while the store answers and the workers turn', async () => {
    const health = makeHealth({ storeReady: async () => {}, workers: [turning] })
    expect(await health.ready()).toEqual({ status: 200, body: { status: 'ready' } })
  })

  it('is refused while the store fails, without saying why', async () => {
    const health = makeHealth({
      storeReady: async () => {
        throw new Error('disk of /srv/secret is full')
      },
      workers: [],
    })
    expect(await health.ready()).toEqual({ status: 503, body: { status: 'notReady', store: 'away' } })
  })

  it('is refused when the store is too slow to say, and asked once for all who wait', async () => {
    let asked = 0
    const health = makeHealth({
      storeReady: () => {
        asked += 1
        return new Promise(() => {})
      },
      workers: [],
      timeLimitMs: 20,
    })
    const answers = await Promise.all([health.ready(), health.ready(), health.ready()])
    expect(answers.map(({ status }) => status)).toEqual([503, 503, 503])
    expect(asked).toBe(1)
  })

  it('names the workers that stand still', async () => {
    const health = makeHealth({ storeReady: async () => {}, workers: [turning, { name: 'purge', alive: () => false }] })
    expect(await health.ready()).toEqual({ status: 503, body: { status: 'notReady', workers: 'purge' } })
  })

  it('ends when draining begins, while the process stays alive', async () => {
    const health = makeHealth({ storeReady: async () => {}, workers: [turning] })
    health.drain()
    expect((await health.ready()).body.status).toBe('draining')
    expect(health.live()).toEqual({ status: 200, body: { status: 'alive' } })
  })
})
