import { upstreamsSchema } from '../config/upstreams.ts'
import type { Upstream } from '../federation/upstream.ts'
import type { FranceConnectAccess } from './france-connect/serve.ts'

/** The simulated FranceConnect, as an operator would configure the real one. */
export const simulatedFranceConnect = ({ issuer, clientId, clientSecret }: FranceConnectAccess): Upstream => {
  const [upstream] = upstreamsSchema.parse([
    { id: 'franceconnect', kind: 'franceconnect', issuer, clientId, clientSecret },
  ])
  if (!upstream) throw new Error('the simulated FranceConnect is not configured')
  return upstream
}
