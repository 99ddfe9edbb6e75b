import type Koa from 'koa'
import { makeDemoApp } from '../common/app.ts'
import { type Listening, serveHttp } from '../common/listening.ts'
import type { DemoLog } from '../common/log.ts'
import { refuseInProduction } from '../guard.ts'
import { type SampleServiceMetadata, samplePaths, sampleServiceMetadata } from './metadata.ts'
import { sampleSite } from './pages/home.ts'
import { makeProvider } from './provider.ts'
import { sampleRoutes } from './routes/routes.ts'
import { makeSessions } from './sessions.ts'

export type SampleServiceNeeds = {
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret: string
  readonly port: number
  readonly host?: '127.0.0.1'
  readonly log: DemoLog
}

export type SampleService = {
  readonly url: string
  readonly metadata: SampleServiceMetadata
  /** Throws a StartError when the port is taken. The provider need not have started: it is looked for at first need. */
  start(): Promise<void>
  stop(): Promise<void>
}

const makeApp = (needs: SampleServiceNeeds, url: string, metadata: SampleServiceMetadata): Koa => {
  const { issuer, clientId, log } = needs
  const app = makeDemoApp({
    site: sampleSite.name,
    label: sampleSite.label,
    log,
    formTargets: [new URL(issuer).origin],
    openPaths: [samplePaths.backchannelLogout],
  })
  const provider = makeProvider(needs)
  const routes = sampleRoutes({ issuer, clientId, url, metadata, provider, sessions: makeSessions(), log })
  app.use(routes.routes())
  return app
}

/** « Mes démarches », an ordinary relying party: what a service of one's own looks like when it signs people in by Guichet. */
export const makeSampleService = (needs: SampleServiceNeeds): SampleService => {
  refuseInProduction()
  const url = `http://localhost:${needs.port}`
  const metadata = sampleServiceMetadata(url)
  const app = makeApp(needs, url, metadata)
  let listening: Listening | undefined
  return {
    url,
    metadata,
    async start() {
      listening = await serveHttp(app.callback(), needs.port, needs.host ?? '127.0.0.1')
    },
    async stop() {
      await listening?.close()
    },
  }
}
