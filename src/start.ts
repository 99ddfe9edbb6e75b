import { setTimeout as pause } from 'node:timers/promises'
import { type App, makeApp } from './app.ts'
import { loadConfig } from './config/load.ts'
import { type Configuration, loadConfiguration } from './config/start.ts'
import { directoryFault, startErrorOf } from './operations/errors.ts'
import { type Log, makeLog } from './operations/log.ts'
import { readVersion } from './operations/version.ts'
import { listen } from './server.ts'
import { REPLACED } from './workers.ts'

export type Started = {
  readonly app: App
  readonly configuration: Configuration
  readonly log: Log
  /**
   * Says that it is not ready and serves on for the configured notice, then drains requests within 5 s, then closes. Idempotent.
   * `replaced`: another process listens on the same port already, so that nobody has to look elsewhere: without notice.
   */
  stop(how?: { readonly replaced: boolean }): Promise<void>
}

/** What a demonstration adds to the configuration. */
export type Given = {
  readonly smtpUrl?: string
  readonly upstreams?: Configuration['config']['upstreams']
}

const DRAIN_MS = 5000

/** Configuration in, store open, listening, workers turning. Throws StartError with what is wrong and how to mend it. */
export const start = async (env: NodeJS.ProcessEnv, { smtpUrl, upstreams = [] }: Given = {}): Promise<Started> => {
  const configured = await loadConfiguration(env)
  if (configured.kind === 'refused') throw startErrorOf(configured.problems)
  // the operator's own come first, and under their ids
  const listed = configured.config.upstreams
  const added = upstreams.filter(({ id }) => listed.every(other => other.id !== id))
  const config = { ...configured.config, upstreams: [...listed, ...added] }
  const loaded = { ...configured, config }
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
  const giveNotice = async (): Promise<void> => {
    app.drain()
    listening.endConnections()
    log.info({ seconds: config.stopNotice }, 'Guichet is not ready any more, and serves on until its notice is over')
    await pause(config.stopNotice * 1000)
  }
  const stop = async (replaced: boolean): Promise<void> => {
    if (!replaced) await giveNotice()
    const outcome = await listening.stop(DRAIN_MS)
    await app.stop()
    log.info({ outcome }, 'Guichet has stopped')
  }
  return {
    app,
    configuration: loaded,
    log,
    stop: ({ replaced } = { replaced: false }) => {
      stopping ??= stop(replaced)
      return stopping
    },
  }
}

/**
 * How many processes are wanted, the notice that each gives before it stops, and a log for the one that starts them. What is wrong
 * in the configuration, a start says.
 */
export const workersWanted = (
  env: NodeJS.ProcessEnv,
): { readonly count: number; readonly noticeMs: number; readonly log: Log } => {
  const loaded = loadConfig(env)
  if (loaded.kind === 'refused')
    return { count: 1, noticeMs: 0, log: makeLog({ level: 'info', version: readVersion() }) }
  const { workers, stopNotice, logLevel } = loaded.config
  return { count: workers, noticeMs: stopNotice * 1000, log: makeLog({ level: logLevel, version: readVersion() }) }
}

const exitAfter = (stopped: Promise<void>): void =>
  void stopped.then(
    () => process.exit(0),
    () => process.exit(1),
  )

/** Stops on SIGTERM and Ctrl-C; a second signal does not wait. */
export const stopOnSignals = (stop: () => Promise<void>): void => {
  let asked = false
  const onSignal = () => {
    if (asked) process.exit(1)
    asked = true
    exitAfter(stop())
  }
  process.on('SIGTERM', onSignal)
  process.on('SIGINT', onSignal)
}

/**
 * The same for one of several processes, which the one that started them ends, and bounds. Ctrl-C reaches every process of a
 * terminal, and SIGTERM every one of a service of systemd: neither a first nor a second one means more than what that one says.
 */
export const stopAsWorker = (stop: Started['stop']): void => {
  process.on('SIGTERM', () => exitAfter(stop()))
  process.on('SIGINT', () => undefined)
  process.on('message', message => {
    if (message === REPLACED) exitAfter(stop({ replaced: true }))
  })
}
