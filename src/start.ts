import { type App, makeApp } from './app.ts'
import { loadConfig } from './config/load.ts'
import { type Configuration, loadConfiguration } from './config/start.ts'
import { directoryFault, startErrorOf } from './operations/errors.ts'
import { type Log, makeLog } from './operations/log.ts'
import { readVersion } from './operations/version.ts'
import { listen } from './server.ts'

export type Started = {
  readonly app: App
  readonly configuration: Configuration
  readonly log: Log
  /** Drains requests within 5 s, then closes. Idempotent. */
  stop(): Promise<void>
}

const DRAIN_MS = 5000

/** Configuration in, store open, listening, workers turning. Throws StartError with what is wrong and how to mend it. */
export const start = async (
  env: NodeJS.ProcessEnv,
  { smtpUrl }: { readonly smtpUrl?: string } = {},
): Promise<Started> => {
  const loaded = await loadConfiguration(env)
  if (loaded.kind === 'refused') throw startErrorOf(loaded.problems)
  const { config } = loaded
  const log = makeLog({ level: config.logLevel, version: readVersion() })
  const app = await makeApp({ ...loaded, log, ...(smtpUrl ? { smtpUrl } : {}) }).catch((fault: unknown) => {
    throw directoryFault(fault, config)
  })
  const listening = await listen(app, config).catch(async (fault: unknown) => {
    await app.stop()
    throw fault
  })
  app.start()
  log.info({ port: listening.port }, 'Guichet is listening')
  let stopping: Promise<void> | undefined
  const stop = async (): Promise<void> => {
    app.drain()
    const outcome = await listening.stop(DRAIN_MS)
    await app.stop()
    log.info({ outcome }, 'Guichet has stopped')
  }
  return {
    app,
    configuration: loaded,
    log,
    stop: () => {
      stopping ??= stop()
      return stopping
    },
  }
}

/** How many processes are wanted, and a log for the one that starts them. What is wrong in the configuration, a start says. */
export const workersWanted = (env: NodeJS.ProcessEnv): { readonly count: number; readonly log: Log } => {
  const loaded = loadConfig(env)
  if (loaded.kind === 'refused') return { count: 1, log: makeLog({ level: 'info', version: readVersion() }) }
  const { workers, logLevel } = loaded.config
  return { count: workers, log: makeLog({ level: logLevel, version: readVersion() }) }
}

/**
 * Stops on SIGTERM and Ctrl-C; a second signal does not wait. `worker`: on SIGTERM alone, for Ctrl-C reaches every process of a
 * terminal, and the one that started them all tells them in its turn.
 */
export const stopOnSignals = (stop: () => Promise<void>, worker = false): void => {
  let asked = false
  const onSignal = () => {
    if (asked) process.exit(1)
    asked = true
    stop().then(
      () => process.exit(0),
      () => process.exit(1),
    )
  }
  process.on('SIGTERM', onSignal)
  process.on('SIGINT', worker ? () => undefined : onSignal)
}
