import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Guichet, startGuichet } from '../support/guichet.ts'
import { send } from './support/raw.ts'

let guichet: Guichet
let port: number
beforeAll(async () => {
  guichet = await startGuichet()
  port = Number(new URL(guichet.issuer).port)
})
afterAll(() => guichet.stop())

const PATHS = ['/', '/.well-known/openid-configuration', '/jwks']

describe('a whole address in the first line of a request, as proxies are sent', () => {
  it('is read as its path when its host is ours', async () => {
    for (const path of PATHS) {
      const answer = await send(port, `${guichet.issuer}${path}`, { headers: { host: `localhost:${port}` } })
      expect([path, answer.status]).toEqual([path, 200])
    }
  })

  it('is believed above the Host header: nothing answers for another host', async () => {
    for (const path of PATHS) {
      for (const elsewhere of [`http://attaquant.example${path}`, `ftp://localhost:${port}${path}`]) {
        const answer = await send(port, elsewhere, { headers: { host: `localhost:${port}` } })
        // of another scheme it names no host at all
        expect([elsewhere, answer.status]).toEqual([elsewhere, elsewhere.startsWith('ftp:') ? 400 : 421])
        expect(answer.body).not.toContain('attaquant')
      }
    }
  })
})
