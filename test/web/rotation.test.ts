/** People who are in the middle of something while an operator rotates keys: the processes before and after serve them in turn. */
import { mkdtemp, rm } from 'node:fs/promises'
import { Agent } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { fetchAt } from '../../scripts/prove/world/servers.ts'
import { runHere } from '../cli/run.ts'
import { type Guichet, startGuichet } from '../support/guichet.ts'
import { aPerson, becomeAccount } from '../support/people.ts'
import { makeVisitor } from '../support/visitor.ts'
import { aService, signInOn, type TestService } from './support/services.ts'

const agent = new Agent()
let dataDir: string
let before: Guichet
let after: Guichet
let service: TestService

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'guichet-rotation-'))
  before = await startGuichet({ GUICHET_DATA_DIR: dataDir })
  service = await aService(before, { firstParty: false })
  const rotated = await runHere(['keys', 'rotate', 'vault'], { GUICHET_DATA_DIR: dataDir })
  if (rotated.code !== 0) throw new Error(rotated.err)
  after = await startGuichet({ GUICHET_DATA_DIR: dataDir, GUICHET_ISSUER: before.issuer })
})
afterAll(async () => {
  agent.destroy()
  await after.stop()
  await before.stop()
  await rm(dataDir, { recursive: true, force: true })
})

/** Somebody who began before the rotation, is served by the process of after, and has one more thing to answer. */
const atConsent = async () => {
  let by = before
  const visitor = makeVisitor(before.issuer, {}, (url, init) => fetchAt(by.port, before.issuer, agent)(url, init))
  const person = aPerson()
  await becomeAccount(makeVisitor(before.issuer), before, person)
  const page = await visitor.get(service.request().url)
  by = after
  return { visitor, asked: await signInOn(visitor, page, person) }
}

describe('a rotation of the keys that sign cookies', () => {
  it('does not stop somebody who is asked for two things before the service gets its answer', async () => {
    const { visitor, asked } = await atConsent()
    expect(asked.heading).toContain('demande à accéder')
    const back = await visitor.submit(asked, { action: 'allow' }, 'allow')
    expect(new URL(back.url).searchParams.get('code')).toEqual(expect.any(String))
  })

  it('leaves no signature behind beside the cookie that it was made for', async () => {
    const { visitor } = await atConsent()
    const held = [...visitor.cookies.keys()]
    const alone = held.filter(key => key.includes('.sig|') && !held.includes(key.replace('.sig|', '|')))
    expect(alone).toEqual([])
  })
})
