import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import type { FranceConnectAccess } from '../../src/demo/france-connect/serve.ts'
import { type ServiceCredentials, type StartDemoNeeds, startDemo } from '../../src/demo/start.ts'
import { StartError } from '../../src/operations/errors.ts'
import { freePort } from '../support/free-port.ts'
import { aRequest, authorize } from './france-connect/running.ts'
import { aBrowser, aDirectory, aLog } from './support.ts'

describe('starting the demonstration', () => {
  let directory: Awaited<ReturnType<typeof aDirectory>>
  beforeEach(async () => {
    directory = await aDirectory()
  })
  afterEach(() => directory.remove())

  const given: (ServiceCredentials | undefined)[] = []
  const someNeeds = async (changes: Partial<StartDemoNeeds> = {}): Promise<StartDemoNeeds> => ({
    issuer: 'http://localhost:1',
    ports: { service: await freePort(), mailbox: 0, smtp: 0, franceConnect: 0 },
    dataDir: directory.path,
    registerService: async (_metadata, known) => {
      given.push(known)
      return known ?? { clientId: 'new', clientSecret: 'fresh' }
    },
    seedPerson: async () => undefined,
    log: aLog(),
    out: { write: () => true },
    ...changes,
  })

  it('starts the mailbox first, so that the provider can be told where to send its mails, then says where to go', async () => {
    const steps: string[] = []
    const demo = await startDemo(
      await someNeeds({
        startProvider: async ({ smtpUrl }) => void steps.push(smtpUrl.replace(/\d+$/, '')),
        seedPerson: async ({ nir }) => void steps.push(nir),
        out: { write: text => steps.push(text) },
      }),
    )
    expect(steps.slice(0, 2)).toEqual(['smtp://127.0.0.1:', '2850599999001'])
    expect(steps[2]).toContain(demo.mailboxUrl.replace('http://', ''))
    expect((await aBrowser().get(demo.serviceUrl)).body).toContain('Mes démarches')
    await demo.stop()
  })

  it('registers the service once: a restart offers the former id and secret, kept for the owner alone', async () => {
    given.length = 0
    for (const _run of [1, 2]) await (await startDemo(await someNeeds())).stop()
    expect(given).toEqual([undefined, { clientId: 'new', clientSecret: 'fresh' }])
    const file = join(directory.path, 'service.json')
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    expect(await readFile(file, 'utf8')).toContain('fresh')
  })

  it('starts a FranceConnect before the provider, which is given what it takes to be its client: the same after a restart', async () => {
    const given: FranceConnectAccess[] = []
    for (const _run of [1, 2]) {
      const demo = await startDemo(
        await someNeeds({ startProvider: async ({ franceConnect }) => void given.push(franceConnect) }),
      )
      const discovery = await fetch(`${demo.franceConnect.issuer}/.well-known/openid-configuration`)
      expect(await discovery.json()).toMatchObject({ issuer: given.at(-1)?.issuer })
      const asked = aRequest({
        client_id: 'guichet-demo',
        redirect_uri: 'http://localhost:1/fournisseurs/franceconnect/retour',
      })
      expect((await authorize(demo.franceConnect.issuer, asked)).status).toBe(200)
      await demo.stop()
    }
    expect(given[0]).toMatchObject({ clientId: 'guichet-demo', clientSecret: expect.stringMatching(/^[\w-]{43}$/) })
    expect(given[1]?.clientSecret).toBe(given[0]?.clientSecret)
    expect((await stat(join(directory.path, 'france-connect.json'))).mode & 0o777).toBe(0o600)
  })

  it('says in one sentence which port is taken, and leaves nothing running', async () => {
    const first = await startDemo(await someNeeds())
    const port = Number(new URL(first.serviceUrl).port)
    const mailbox = await freePort()
    const franceConnect = await freePort()
    const taken = startDemo(await someNeeds({ ports: { service: port, mailbox, smtp: 0, franceConnect } }))
    await expect(taken).rejects.toThrow(StartError)
    await expect(taken).rejects.toThrow(`Port ${port} is in use`)
    await expect(fetch(`http://127.0.0.1:${mailbox}`)).rejects.toThrow()
    await expect(fetch(`http://127.0.0.1:${franceConnect}`)).rejects.toThrow()
    await first.stop()
  })
})
