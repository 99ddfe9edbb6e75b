import { join, resolve } from 'node:path'
import { StartError } from '../operations/errors.ts'
import { makeLog } from '../operations/log.ts'
import { type Started, start, stopOnSignals, version } from '../start.ts'
import { registerSampleService } from './register.ts'
import { seedPerson } from './seed.ts'
import { startDemo } from './start.ts'

const PORTS = { service: 3001, mailbox: 3002, smtp: 3025 }

const portFault = (fault: unknown): unknown => {
  const { code, port } = fault as { readonly code?: unknown; readonly port?: unknown }
  if (code !== 'EADDRINUSE') return fault
  return new StartError(
    `Port ${String(port)} is in use: stop the program that holds it (npm start uses 3000, 3001, 3002 and 3025), then start again.`,
  )
}

/** Guichet, a mailbox and a sample service, each on its port, until Ctrl-C. */
export const runDemo = async (environment: NodeJS.ProcessEnv = process.env): Promise<void> => {
  const env: NodeJS.ProcessEnv = { GUICHET_LOG_LEVEL: 'warn', ...environment }
  const log = makeLog({ level: 'warn', version })
  let guichet: Started | undefined
  const started = (): Started => {
    if (!guichet) throw new Error('the provider is not started yet')
    return guichet
  }
  const demo = await startDemo({
    issuer: `http://localhost:${env.GUICHET_PORT ?? 3000}`,
    ports: PORTS,
    dataDir: join(resolve(env.GUICHET_DATA_DIR ?? 'var'), 'demo'),
    startProvider: async ({ smtpUrl }) => {
      guichet = await start(env, { smtpUrl })
    },
    registerService: (metadata, known) => registerSampleService(started().app, metadata, known),
    seedPerson: person => seedPerson(started().app, started().configuration, person),
    log,
    out: process.stdout,
  }).catch(async (fault: unknown) => {
    await guichet?.stop()
    throw portFault(fault)
  })
  stopOnSignals(async () => {
    await Promise.all([guichet?.stop(), demo.stop()])
  })
}
