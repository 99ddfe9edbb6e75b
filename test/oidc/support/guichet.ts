/** Guichet's provider on the embedded store, behind a minimal outer application, with pages that are data. */
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { exportJWK, generateKeyPair } from 'jose'
import Koa from 'koa'
import type { JWK } from 'oidc-provider'
import { makeAuditChain } from '../../../src/audit/chain.ts'
import type { AuditEvent } from '../../../src/audit/events.ts'
import { makeAudit } from '../../../src/audit/log.ts'
import type { NumberedPerson, PersonalData } from '../../../src/identity/person.ts'
import type { InteractionAnswer, ProtocolPages } from '../../../src/oidc/contracts.ts'
import { defaultLifetimes, makeOidc, type OidcNeeds } from '../../../src/oidc/provider.ts'
import { setAmbient } from '../../../src/operations/ambient.ts'
import { makeEnvelope } from '../../../src/protection/envelope.ts'
import { makeVault } from '../../../src/protection/make-vault.ts'
import { type AddServiceRequest, makeServices } from '../../../src/services/services.ts'
import { type AccountChange, StoreAway, type Stores } from '../../../src/stores/contracts.ts'
import { openSqliteStores } from '../../../src/stores/sqlite/open.ts'
import { makeBrowser } from './browser.ts'

const key = (id: string) => ({ id, bytes: randomBytes(32) })

const privateJwk = async (alg: 'ES256' | 'RS256', kid: string): Promise<JWK> => {
  const { privateKey } = await generateKeyPair(alg, { extractable: true })
  return { ...(await exportJWK(privateKey)), kid, alg, use: 'sig' } as JWK
}

export const signingKeys = async (suffix = '1'): Promise<readonly JWK[]> => [
  await privateJwk('ES256', `ec${suffix}`),
  await privateJwk('RS256', `rsa${suffix}`),
]
/** The library reads Date.now, and so does everything here: time goes by for all at once. */
let passed = 0
const realNow = Date.now
Date.now = () => realNow() + passed

let commonKeys: Promise<readonly JWK[]> | undefined

export const CSP = "default-src 'none'; script-src 'self'; form-action 'self'"

export const aPerson: NumberedPerson = {
  birthName: 'DURAND',
  civilStatus: { level: 'declared', source: 'form', at: '2026-01-01T00:00:00.000Z' },
  nir: { number: '2690549588157', key: '80' } as NumberedPerson['nir'],
  nirLevel: 'declared',
  email: 'claire@exemple.fr',
  telephones: { landline: '+33123456789', mobile: '+33612345678' },
  address: { kind: 'french', houseNumber: '12', streetName: 'rue des Lilas', postalCode: '49000', city: 'Angers' },
}

const bodyOf = async (ctx: Koa.Context): Promise<unknown> => {
  const chunks: Buffer[] = []
  for await (const chunk of ctx.req) chunks.push(chunk as Buffer)
  return JSON.parse(Buffer.concat(chunks).toString('utf8'))
}

export type Overrides = Partial<
  Pick<OidcNeeds, 'refreshGraceSeconds' | 'lifetimes' | 'allowLoopbackFetch' | 'fetch' | 'stores'>
> & { readonly issuer?: (port: number) => string }

/** Starts one on a free port. Everything that a test may move is here: the clock, the stores, the services, the accounts. */
export const aGuichet = async (overrides: Overrides = {}) => {
  const dataDir = await mkdtemp(join(tmpdir(), 'guichet-oidc-'))
  const clock = (): Date => new Date(Date.now())
  const vault = makeVault({ ring: [key('v1')], index: key('i1') })
  const envelope = makeEnvelope([key('p1')])
  const stores: Stores = await openSqliteStores({
    dataDir,
    vault,
    auditChain: makeAuditChain(randomBytes(32)),
    process: 'test',
    clock,
  })
  const events: AuditEvent[] = []
  const recorded = makeAudit({ store: stores.audit, clock })
  const audit: typeof recorded = {
    event: (name, details, request) => {
      const event = recorded.event(name, details, request)
      events.push(event)
      return event
    },
    record: (name, details, request) => {
      events.push(recorded.event(name, details, request))
      return recorded.record(name, details, request)
    },
  }

  const app = new Koa()
  const server = createServer()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const origin = `http://127.0.0.1:${port}`
  const issuer = overrides.issuer?.(port) ?? origin

  const pages: ProtocolPages = {
    async error(ctx, error) {
      ctx.status = error.code === 'FAULT' ? 500 : error.code === 'STORE_AWAY' ? 503 : 400
      ctx.body = { page: 'error', ...error }
    },
    async signOut(ctx, form) {
      ctx.status = 200
      ctx.body = { page: 'signOut', ...form }
    },
    async signedOut(ctx, service) {
      ctx.status = 200
      ctx.body = { page: 'signedOut', service }
    },
  }
  const faults: unknown[] = []
  const refusals: unknown[] = []
  const currentTerms = { version: '1' }
  commonKeys ??= signingKeys()
  const signing = await commonKeys
  const oidc = makeOidc({
    issuer,
    name: 'Guichet',
    stores: overrides.stores ? { ...stores, ...overrides.stores } : stores,
    envelope,
    vault,
    keys: {
      signing: await commonKeys,
      cookies: ['a cookie key for the tests'],
      pairwise: 'a pairwise key for the tests',
    },
    pages,
    audit,
    clock,
    log: { debug: () => undefined, info: details => refusals.push(details), error: details => faults.push(details) },
    acrs: ['eidas1'],
    currentTerms,
    lifetimes: overrides.lifetimes ?? defaultLifetimes,
    refreshGraceSeconds: overrides.refreshGraceSeconds ?? 0,
    allowLoopbackFetch: overrides.allowLoopbackFetch ?? true,
    ...(overrides.fetch && { fetch: overrides.fetch }),
  })

  // as the pages' own middleware: the store's word, and no other fault, is an answer
  app.use(async (ctx, next) => {
    try {
      await next()
    } catch (fault) {
      if (!(fault instanceof StoreAway)) throw fault
      ctx.status = 503
      ctx.body = { fault: fault.name }
    }
  })
  app.use(async ctx => {
    setAmbient(ctx.req, { requestId: 'r', network: '127.0.0.1', language: 'fr' })
    ctx.set('Content-Security-Policy', CSP)
    ctx.set('Cache-Control', 'no-store')
    if (oidc.owns(ctx.path)) return oidc.handle(ctx)
    const { interactions } = oidc
    const uid = /^\/(?:connexion|inscription|autorisation)\/([\w-]+)/.exec(ctx.path)?.[1] ?? ''
    if (ctx.path === '/test/session') ctx.body = { session: (await interactions.session(ctx)) ?? null }
    if (ctx.path === '/connexion/retour') ctx.body = { page: 'own' }
    if (uid === '' || uid === 'retour') return
    if (ctx.method === 'GET') {
      ctx.body = {
        page: 'interaction',
        path: ctx.path,
        ...(await interactions.find(ctx, uid)),
        asked: await interactions.consentAsked(uid),
      }
      return
    }
    const sent = (await bodyOf(ctx)) as { readonly switch?: true; readonly answer: InteractionAnswer }
    if (sent.switch) return ctx.redirect(await interactions.switchAccount(ctx, uid))
    const { answer } = sent
    const signed =
      answer.kind === 'login' || answer.kind === 'create'
        ? { ...answer, signedIn: { ...answer.signedIn, at: new Date(answer.signedIn.at) } }
        : answer
    ctx.redirect(await interactions.answer(ctx, uid, signed))
    ctx.status = 303
  })

  server.on('request', app.callback())

  const services = makeServices({
    services: stores.services,
    audit,
    clock,
    endService: id => stores.artefacts.endService(id),
  })

  /** An active account. */
  const anAccount = async (change: AccountChange = {}, person: PersonalData = aPerson) => {
    const id = randomBytes(16).toString('base64url')
    const now = clock()
    const before = new Date(now.getTime() - 60_000)
    await stores.accounts.create(
      {
        id,
        status: 'pending',
        version: 1,
        sealed: await envelope.seal(id, person),
        language: 'fr',
        validAfter: before,
        terms: { version: '1', hash: 'h', acceptedAt: before },
        nirKeys: [{ keyId: 'l1', value: id }],
        emailKeys: [],
        identityKeys: [],
        createdAt: before,
      },
      {},
    )
    await stores.accounts.activate(
      id,
      1,
      [{ keyId: 'l1', value: id }],
      { status: 'active', emailVerifiedAt: before, ...change },
      {},
    )
    return id
  }

  const aService = async (asked: Partial<AddServiceRequest> = {}) => {
    const outcome = await services.add(
      { name: 'Un service', redirectUris: ['http://127.0.0.1:9/cb'], homePage: 'https://service.example/', ...asked },
      'test',
    )
    if (outcome.kind !== 'added') throw new Error(JSON.stringify(outcome.faults))
    return {
      id: outcome.service.id,
      secret: outcome.secret ?? '',
      redirectUri: asked.redirectUris?.[0] ?? 'http://127.0.0.1:9/cb',
    }
  }

  return {
    issuer,
    origin,
    oidc,
    stores,
    vault,
    services,
    events,
    faults,
    refusals,
    currentTerms,
    clock,
    anAccount,
    aService,
    aBrowser: () => makeBrowser(origin, clock),
    /** Puts these keys before the first ones. */
    reload: (fresh: readonly JWK[]) =>
      oidc.reload({ signing: [...fresh, ...signing], cookies: ['a cookie key for the tests'] }),
    /** Time goes by. */
    pass: (seconds: number) => {
      passed += seconds * 1000
    },
    stop: async () => {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
      await stores.close()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

export type Guichet = Awaited<ReturnType<typeof aGuichet>>
