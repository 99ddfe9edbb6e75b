import type { ClientMetadata } from 'oidc-provider'
import { sampleServiceMetadata } from '../../src/demo/service/metadata.ts'
import { makeSampleService, type SampleService } from '../../src/demo/service/sample-service.ts'
import { freePort } from '../support/free-port.ts'
import { aBrowser, aLog, type Browser, type Page } from './support.ts'
import { startTinyProvider, type TinyProvider } from './tiny-provider.ts'

export const clientId = 'mes-demarches'
export const clientSecret = 'not-a-secret-only-for-this-test-0123456789'

/** The sample service as a client of the tiny provider. */
export const clientOf = (url: string): ClientMetadata => {
  const metadata = sampleServiceMetadata(url)
  return {
    client_id: clientId,
    client_secret: clientSecret,
    redirect_uris: [...metadata.redirectUris],
    post_logout_redirect_uris: [...metadata.postLogoutRedirectUris],
    backchannel_logout_uri: metadata.backchannelLogoutUri,
    backchannel_logout_session_required: true,
    grant_types: [...metadata.grantTypes],
    response_types: [...metadata.responseTypes],
    token_endpoint_auth_method: metadata.authMethod,
    id_token_signed_response_alg: 'ES256',
    scope: metadata.scope,
  }
}

export type Running = {
  readonly provider: TinyProvider
  readonly service: SampleService
  readonly browser: Browser
  readonly log: ReturnType<typeof aLog>
  signIn(query?: string): Promise<Page>
  /** Presses a button of the service. */
  post(path: string): Promise<Page>
  isSignedIn(): Promise<boolean>
  stop(): Promise<void>
}

/** The sample service and a real provider, both running, with a browser. */
export const aRunningService = async (): Promise<Running> => {
  const port = await freePort()
  const log = aLog()
  const browser = aBrowser()
  const provider = await startTinyProvider([clientOf(`http://localhost:${port}`)])
  const service = makeSampleService({ issuer: provider.issuer, clientId, clientSecret, port, log })
  await service.start()
  return {
    provider,
    service,
    browser,
    log,
    signIn: (query = '') => browser.get(`${service.url}/connexion${query}`),
    post: path => browser.post(`${service.url}${path}`, {}, { Origin: service.url, 'Sec-Fetch-Site': 'same-origin' }),
    isSignedIn: async () => (await browser.get(service.url)).url.endsWith('/mon-espace'),
    stop: async () => {
      await service.stop()
      await provider.stop()
    },
  }
}
