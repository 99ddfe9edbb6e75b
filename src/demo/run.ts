import { join, resolve } from 'node:path'
import { makeLog } from '../operations/log.ts'
import { readVersion } from '../operations/version.ts'
import { type Started, start, stopOnSignals } from '../start.ts'
import { registerSampleService } from './register.ts'
import { seedPerson } from './seed.ts'
import { startDemo } from './start.ts'
import { simulatedFranceConnect } from './upstream.ts'

const PORTS = { service: 3001, mailbox: 3002, franceConnect: 3003, smtp: 3025 }

/** Guichet, a mailbox, a simulated FranceConnect and a sample service, each on its port, until Ctrl-C. */
export const runDemo = async (environment: NodeJS.ProcessEnv = process.env): Promise<void> => {
  const env: NodeJS.ProcessEnv = { GUICHET_LOG_LEVEL: 'warn', ...environment }
  const log = makeLog({ level: 'warn', version: readVersion() })
  let guichet: Started | undefined
  const started = (): Started => {
    if (!guichet) throw new Error('the provider is not started yet')
    return guichet
  }
  const demo = await startDemo({
    issuer: env.GUICHET_ISSUER ?? `http://localhost:${env.GUICHET_PORT ?? 3000}`,
    ports: PORTS,
    dataDir: join(resolve(env.GUICHET_DATA_DIR ?? 'var'), 'demo'),
    startProvider: async ({ smtpUrl, franceConnect }) => {
      guichet = await start(env, { smtpUrl, upstreams: [simulatedFranceConnect(franceConnect)] })
    },
    registerService: (metadata, known) => registerSampleService(started().app, metadata, known),
    seedPerson: person => seedPerson(started().app, started().configuration, person),
    log,
    out: process.stdout,
  }).catch(async (fault: unknown) => {
    await guichet?.stop()
    throw fault
  })
  stopOnSignals(async () => {
    await Promise.all([guichet?.stop(), demo.stop()])
  })
}
