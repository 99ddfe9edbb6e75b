import type { RequestListener } from 'node:http'
import { setTimeout as waitFor } from 'node:timers/promises'
import Router from '@koa/router'
import { makeDemoApp } from '../common/app.ts'
import type { DemoLog } from '../common/log.ts'
import { refuseInProduction } from '../guard.ts'
import { type FranceConnectClient, type FranceConnectKind, signingAlgOf } from './clients.ts'
import type { Faults } from './faults.ts'
import { makeMemory } from './memory.ts'
import { choiceCss } from './pages/choice.ts'
import { simulatorSite } from './pages/frame.ts'
import { type TestPerson, testPeople } from './people.ts'
import { makeKeys } from './protocol/keys.ts'
import { authorizeRoutes } from './routes/authorize.ts'
import { endSessionRoute } from './routes/end-session.ts'
import { homeRoutes } from './routes/home.ts'
import { metadataRoutes } from './routes/metadata.ts'
import type { RouteNeeds } from './routes/needs.ts'
import { tokenRoute } from './routes/token.ts'
import { userinfoRoute } from './routes/userinfo.ts'

export type FranceConnectNeeds = {
  /** With its path, as FranceConnect's has: `http://localhost:3003/api/v2`. */
  readonly issuer: string
  readonly kind?: FranceConnectKind
  readonly clients: readonly FranceConnectClient[]
  readonly people?: readonly TestPerson[]
  /** Milliseconds. */
  readonly clock?: () => number
  /** How « slow » passes its time. */
  readonly wait?: (ms: number) => Promise<void>
  readonly faults?: Faults
  readonly log?: DemoLog
}

export type FranceConnect = {
  readonly issuer: string
  readonly people: readonly TestPerson[]
  readonly handle: RequestListener
  /** Replaces the faults in force; `{}` mends everything. */
  setFaults(faults: Faults): void
  /** New signing keys; the former ones stay published until the next rotation. */
  rotateKeys(): Promise<void>
}

const silence: DemoLog = { info: () => {}, warn: () => {}, error: () => {} }

const routesOf = (needs: RouteNeeds): Router => {
  const router = new Router()
  homeRoutes(router, needs)
  authorizeRoutes(router, needs)
  tokenRoute(router, needs)
  userinfoRoute(router, needs)
  metadataRoutes(router, needs)
  endSessionRoute(router, needs)
  router.get('/france-connect.css', ctx => {
    ctx.type = 'css'
    ctx.body = choiceCss
  })
  return router
}

/** An OpenID provider of our own, as strict as FranceConnect, with people to be and faults to have. */
export const makeFranceConnect = (needs: FranceConnectNeeds): FranceConnect => {
  refuseInProduction()
  const { issuer, kind = 'franceconnect', clients, people = testPeople, clock = Date.now, log = silence } = needs
  const { pathname: path } = new URL(issuer)
  let faults = needs.faults ?? {}
  const keys = makeKeys(clients.map(signingAlgOf))
  const app = makeDemoApp({
    site: simulatorSite.name,
    label: simulatorSite.label,
    log,
    formTargets: ['http:', 'https:'], // the choice leads to a service, which leads wherever it wants
    openPaths: [`${path}/token`, `${path}/userinfo`],
  })
  const wait = needs.wait ?? (ms => waitFor(ms))
  const routes = routesOf({
    issuer,
    path,
    kind,
    clients,
    people,
    keys,
    memory: makeMemory(clock),
    clock,
    wait,
    faults: () => faults,
  })
  app.use(routes.routes())
  return {
    issuer,
    people,
    handle: app.callback(),
    setFaults(next) {
      faults = next
    },
    rotateKeys: keys.rotate,
  }
}
