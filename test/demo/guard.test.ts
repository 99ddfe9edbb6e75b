import { describe, expect, it } from '@jest/globals'
import { makeFranceConnect } from '../../src/demo/france-connect/france-connect.ts'
import { serveFranceConnect } from '../../src/demo/france-connect/serve.ts'
import { refuseInProduction } from '../../src/demo/guard.ts'
import { makeMailbox } from '../../src/demo/mailbox/mailbox.ts'
import { makeSampleService } from '../../src/demo/service/sample-service.ts'
import { startDemo } from '../../src/demo/start.ts'
import { startFaultText } from '../../src/operations/errors.ts'
import { aLog } from './support.ts'

const log = aLog()
const ports = { service: 0, mailbox: 0, smtp: 0, franceConnect: 0 }
const never = () => Promise.reject(new Error('called in production'))

const factories: Readonly<Record<string, () => unknown>> = {
  makeMailbox: () => makeMailbox({ port: 0, smtpPort: 0, dataDir: '/nowhere', log }),
  makeSampleService: () =>
    makeSampleService({ issuer: 'http://localhost:1', clientId: 'c', clientSecret: 's', port: 0, log }),
  makeFranceConnect: () => makeFranceConnect({ issuer: 'http://localhost:1/api/v2', clients: [] }),
  serveFranceConnect: () => serveFranceConnect({ guichet: 'http://localhost:1', port: 0, dataDir: '/nowhere', log }),
  startDemo: () =>
    startDemo({
      issuer: 'http://localhost:1',
      ports,
      dataDir: '/nowhere',
      registerService: never,
      seedPerson: never,
      log,
      out: process.stdout,
    }),
}

describe('the demonstration', () => {
  it.each(Object.entries(factories))('refuses to start in production: %s', async (_name, make) => {
    const before = process.env.NODE_ENV
    process.env.NODE_ENV = 'production'
    try {
      await expect((async () => make())()).rejects.toThrow('refuses to start with NODE_ENV=production')
    } finally {
      process.env.NODE_ENV = before
    }
  })

  it('says so in one sentence, without a trace of where', () => {
    expect.assertions(1)
    try {
      refuseInProduction({ NODE_ENV: 'production' })
    } catch (fault) {
      expect(startFaultText(fault)).toBe(
        'The demonstration refuses to start with NODE_ENV=production. Start the server alone: node src/main.ts',
      )
    }
  })

  it('starts anywhere else', () => {
    expect(() => refuseInProduction({})).not.toThrow()
    expect(() => refuseInProduction({ NODE_ENV: 'development' })).not.toThrow()
  })
})
