import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type App, type AppNeeds, makeApp } from '../../src/app.ts'
import { makeAudit } from '../../src/audit/log.ts'
import { type Configuration, loadConfiguration } from '../../src/config/start.ts'
import { makeLog } from '../../src/operations/log.ts'
import { type Listening, listen } from '../../src/server.ts'
import { makeServices, type ServiceRequest } from '../../src/services/services.ts'
import { freePort } from './free-port.ts'
import { type Mailbox, openMailbox } from './mailbox.ts'

export type Guichet = {
  readonly issuer: string
  /** Where it listens, whatever its issuer is. */
  readonly port: number
  readonly app: App
  readonly configuration: Configuration
  readonly dataDir: string
  /** Every log line written. */
  readonly logged: readonly string[]
  /** Mails that arrived by real SMTP, oldest first. */
  readonly mails: Mailbox['mails']
  readonly mailTo: Mailbox['mailTo']
  /** Registers a service as an administrator would. */
  addService(
    asked: Partial<ServiceRequest> & Pick<ServiceRequest, 'name' | 'redirectUris'>,
  ): Promise<{ id: string; secret: string }>
  /** Moves the clock of everything but the network. */
  advance(seconds: number): void
  now(): Date
  stop(): Promise<void>
}

/**
 * A whole Guichet on free ports, with real SMTP, in a folder of its own: what `npm start` starts, but for the demonstration.
 * `settings` are GUICHET_* variables. The challenge is `none` unless said otherwise.
 */
export const startGuichet = async (
  settings: { readonly [name: string]: string } = {},
  more: Pick<AppNeeds, 'purgeEveryMs'> = {},
): Promise<Guichet> => {
  const dataDir = settings.GUICHET_DATA_DIR ?? (await mkdtemp(join(tmpdir(), 'guichet-test-')))
  const port = Number(settings.GUICHET_PORT ?? (await freePort()))
  const mailbox = await openMailbox()
  const loaded = await loadConfiguration({
    GUICHET_ISSUER: `http://localhost:${port}`,
    GUICHET_PORT: String(port),
    GUICHET_DATA_DIR: dataDir,
    GUICHET_CHALLENGE: 'none',
    GUICHET_MAIL_SPREAD: '0',
    GUICHET_PASSWORDS_MEMORY: '1024',
    GUICHET_PASSWORDS_ITERATIONS: '1',
    ...settings,
  })
  if (loaded.kind === 'refused') throw new Error(loaded.problems.join('\n'))
  let offset = 0
  const now = () => new Date(Date.now() + offset)
  const logged: string[] = []
  const log = makeLog({ level: 'debug', version: 'test', destination: { write: line => void logged.push(line) } })
  const app = await makeApp({ ...loaded, ...more, log, clock: now, smtpUrl: mailbox.url })
  const listening: Listening = await listen(app, { ...loaded.config, port, host: '127.0.0.1' })
  app.start()

  return {
    issuer: loaded.config.issuer,
    port,
    app,
    configuration: loaded,
    dataDir,
    logged,
    mails: mailbox.mails,
    mailTo: mailbox.mailTo,
    addService: async asked => {
      const services = makeServices({
        services: app.stores.services,
        audit: makeAudit({ store: app.stores.audit, clock: now }),
        clock: now,
        endService: id => app.stores.artefacts.endService(id),
      })
      const added = await services.add(asked, 'test')
      if (added.kind === 'refused') throw new Error(JSON.stringify(added.faults))
      return { id: added.service.id, secret: added.secret ?? '' }
    },
    advance: seconds => {
      offset += seconds * 1000
    },
    now,
    stop: async () => {
      await listening.stop(1000)
      await app.stop()
      await mailbox.stop()
      if (!settings.GUICHET_DATA_DIR) await rm(dataDir, { recursive: true, force: true })
    },
  }
}
