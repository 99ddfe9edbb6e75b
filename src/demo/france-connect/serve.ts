import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { serveHttp } from '../common/listening.ts'
import type { DemoLog } from '../common/log.ts'
import { readCredentials, type ServiceCredentials, writeCredentials } from '../credentials.ts'
import { refuseInProduction } from '../guard.ts'
import { type FranceConnect, makeFranceConnect } from './france-connect.ts'
import { claimsOfScope } from './protocol/claims.ts'

export type ServeFranceConnectNeeds = {
  /** Guichet's own issuer: where people go back to. */
  readonly guichet: string
  /** 0 takes a free one. */
  readonly port: number
  /** The demonstration's directory; the client's secret is kept in it. */
  readonly dataDir: string
  readonly host?: '127.0.0.1'
  readonly log: DemoLog
}

/** What Guichet needs to be this provider's client. */
export type FranceConnectAccess = ServiceCredentials & { readonly issuer: string }

export type ServedFranceConnect = {
  readonly url: string
  readonly access: FranceConnectAccess
  stop(): Promise<void>
}

const clientId = 'guichet-demo'

const knownSecret = async (dataDir: string): Promise<string> => {
  const path = join(dataDir, 'france-connect.json')
  const known = await readCredentials(path)
  if (known?.clientId === clientId) return known.clientSecret
  const clientSecret = randomBytes(32).toString('base64url')
  await writeCredentials(path, { clientId, clientSecret })
  return clientSecret
}

/** Serves the simulator with Guichet for its client. */
export const serveFranceConnect = async (needs: ServeFranceConnectNeeds): Promise<ServedFranceConnect> => {
  refuseInProduction()
  const { guichet, port, dataDir, host = '127.0.0.1', log } = needs
  const secret = await knownSecret(dataDir)
  let simulator: FranceConnect | undefined // its issuer holds the port that is taken first
  const listening = await serveHttp((request, response) => void simulator?.handle(request, response), port, host)
  const url = `http://localhost:${listening.port}`
  simulator = makeFranceConnect({
    issuer: `${url}/api/v2`,
    clients: [
      {
        id: clientId,
        redirectUris: [`${guichet}/fournisseurs/franceconnect/retour`],
        postLogoutRedirectUris: [`${guichet}/fournisseurs/franceconnect/sortie`],
        scopes: Object.keys(claimsOfScope),
        amrAuthorised: true,
        auth: { method: 'client_secret_post', secret },
      },
    ],
    log,
  })
  return {
    url,
    access: { issuer: simulator.issuer, clientId, clientSecret: secret },
    stop: listening.close,
  }
}
