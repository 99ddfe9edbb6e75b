import { randomBytes } from 'node:crypto'
import { queryObjects } from 'node:v8'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Guichet, startGuichet } from '../support/guichet.ts'
import { makeVisitor } from '../support/visitor.ts'
import { aService } from './support/services.ts'

let guichet: Guichet
beforeAll(async () => {
  guichet = await startGuichet()
})
afterAll(() => guichet.stop())

/** A full collection comes first: what is counted is kept. */
const regularExpressions = (): number => queryObjects(RegExp, { format: 'count' })

describe('what anybody may ask for without end leaves nothing behind in the process', () => {
  it('requests of services, begun and never ended, and addresses of requests that never were', async () => {
    const service = await aService(guichet)
    const ask = async () => {
      const visitor = makeVisitor(guichet.issuer)
      await visitor.get(service.request().url)
      await visitor.get(`${guichet.issuer}/connexion/${randomBytes(16).toString('base64url')}`)
    }
    for (let warm = 0; warm < 3; warm += 1) await ask()
    const before = regularExpressions()
    for (let asked = 0; asked < 20; asked += 1) await ask()
    expect(regularExpressions() - before).toBeLessThan(10)
  })
})
