/** What a part is played in: one Guichet of several processes on one store, its mailbox, and people at their browsers. */

import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeServices, type ServiceRequest } from '../../../src/services/services.ts'
import { freePort } from '../../../test/support/free-port.ts'
import { type Mailbox, openMailbox } from '../../../test/support/mailbox.ts'
import { makeVisitor, type Visitor } from '../../../test/support/visitor.ts'
import { patiently } from './patiently.ts'
import { type Claim, type Enrol, makePeople } from './people.ts'
import { type Server, type ServerSettings, startServer } from './servers.ts'
import { openStore, type ProvedStore, type StoreKind, type StoreOptions } from './store.ts'

export type World = {
  readonly issuer: string
  readonly store: ProvedStore
  /** What every process is started with. */
  readonly env: { readonly [name: string]: string }
  /** Those that run; `start` adds one. */
  readonly servers: readonly Server[]
  /** The nth that runs, counted round: 0 is the first, as many as there are is the first again. */
  server(nth?: number): Server
  readonly mailbox: Mailbox
  readonly mailTo: Mailbox['mailTo']
  /** The same store, by its contracts: to look at what lies there. */
  readonly foundations: Awaited<ReturnType<ProvedStore['open']>>
  /** Gives somebody an account, active, without the journey. */
  readonly enrol: Enrol
  /** Somebody who signed up and has not activated, without the journey. */
  readonly claim: Claim
  start(more?: Pick<ServerSettings, 'flags' | 'program'> & { readonly env?: ServerSettings['env'] }): Promise<Server>
  /** Somebody with a browser of their own, answered by this process; at this address when the settings trust a proxy. */
  visitor(server: Server, network?: string): Visitor
  /** Registers a service as an administrator would. */
  addService(
    asked: Partial<ServiceRequest> & Pick<ServiceRequest, 'name' | 'redirectUris'>,
  ): Promise<{ readonly id: string; readonly secret: string }>
  /** Every log line that the processes wrote. */
  logged(): Promise<string>
  stop(): Promise<void>
}

export type WorldSettings = {
  readonly store: StoreKind
  readonly processes: number
  /** How its store is opened. */
  readonly storeOptions?: StoreOptions
  /** Where something stands in front of the processes; http on localhost by default. */
  readonly issuer?: string
  /** GUICHET_* settings, over those that make a proof possible on one machine. */
  readonly settings?: { readonly [name: string]: string }
}

/** Light hashes, no control against robots, mails at once, every network in X-Forwarded-For: what one part looks at, it sets itself. */
const usual = {
  GUICHET_CHALLENGE: 'none',
  GUICHET_MAIL_SPREAD: '0',
  GUICHET_PASSWORDS_MEMORY: '1024',
  GUICHET_PASSWORDS_ITERATIONS: '1',
  GUICHET_TRUST_PROXY: '1',
}

type End = () => Promise<unknown>

/** What was opened last ends first; each ends, whatever becomes of the others. The first fault is told. */
const endAll = async (ends: readonly End[]): Promise<void> => {
  const faults: unknown[] = []
  for (const end of ends.toReversed()) await end().catch((fault: unknown) => faults.push(fault))
  if (faults.length > 0) throw faults[0]
}

/** Nothing stays open when it throws: a mailbox left behind would keep its process for ever. */
export const openWorld = async (settings: WorldSettings): Promise<World> => {
  const ends: End[] = []
  try {
    return await open(settings, ends)
  } catch (fault) {
    await endAll(ends).catch(() => undefined)
    throw fault
  }
}

const open = async (
  { store: kind, processes, storeOptions = {}, settings = {}, ...given }: WorldSettings,
  ends: End[],
): Promise<World> => {
  const store = await openStore(kind, storeOptions)
  ends.push(store.erase)
  const mailbox = await openMailbox()
  ends.push(mailbox.stop)
  const issuer = given.issuer ?? `http://localhost:${await freePort()}`
  const logs = await mkdtemp(join(tmpdir(), 'guichet-prove-log-'))
  ends.push(() => rm(logs, { recursive: true, force: true }))
  const log = join(logs, 'log')
  // compiled once for all the processes of a proof: those that die are many
  const compiled = { NODE_COMPILE_CACHE: join(logs, 'compiled') }
  const env = {
    ...compiled,
    ...usual,
    GUICHET_ISSUER: issuer,
    GUICHET_SMTP_URL: mailbox.url,
    ...store.settings,
    ...settings,
  }
  const foundations = await patiently(() => store.open(env))
  ends.push(foundations.stores.close)
  const running: Server[] = []
  ends.push(() => Promise.all([...running].map(server => server.drain().catch(() => server.kill()))))

  const start: World['start'] = async (more = {}) => {
    const server = await startServer({ issuer, log, ...more, env: { ...env, ...more.env } })
    running.push(server)
    void server.ended.then(() => {
      running.splice(running.indexOf(server), 1)
    })
    return server
  }
  const clock = () => new Date()
  const services = makeServices({
    services: foundations.stores.services,
    audit: foundations.audit,
    clock,
    endService: id => foundations.stores.artefacts.endService(id),
  })
  for (let started = 0; started < processes; started += 1) await start()

  return {
    issuer,
    store,
    env,
    servers: running,
    server: (nth = 0) => {
      const server = running[nth % running.length]
      if (!server) throw new Error('no process runs')
      return server
    },
    mailbox,
    mailTo: mailbox.mailTo,
    foundations,
    ...makePeople(foundations.stores.accounts, foundations.configuration),
    start,
    visitor: (server, network) =>
      makeVisitor(issuer, network === undefined ? {} : { 'x-forwarded-for': network }, server.fetch),
    async addService(asked) {
      const added = await services.add(asked, 'prove')
      if (added.kind === 'refused') throw new Error(JSON.stringify(added.faults))
      return { id: added.service.id, secret: added.secret ?? '' }
    },
    logged: () => readFile(log, 'utf8').catch(() => ''),
    stop: () => endAll(ends),
  }
}
