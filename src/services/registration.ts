/** From what an administrator asks for to the client metadata that is kept. */
import { type Settled, settle } from './defaults.ts'
import type { ServiceFault } from './faults.ts'
import type { ServiceRequest } from './request.ts'
import { faultsOf } from './rules.ts'
import { sectorOf } from './sector.ts'

export type Registration = {
  readonly metadata: { readonly [name: string]: unknown }
  readonly sector: string
  readonly firstParty: boolean
  readonly needsSecret: boolean
}

export type RegistrationOutcome =
  | { readonly ok: true; readonly registration: Registration }
  | { readonly ok: false; readonly faults: readonly ServiceFault[] }

const metadataOf = (asked: ServiceRequest, settled: Settled): Registration['metadata'] => ({
  client_name: asked.name.trim().normalize('NFC'),
  redirect_uris: [...new Set(asked.redirectUris)],
  application_type: asked.native ? 'native' : 'web',
  ...(settled.scopes.length > 0 && { scope: [...new Set(settled.scopes)].join(' ') }),
  token_endpoint_auth_method: settled.authMethod,
  subject_type: settled.subjectType,
  id_token_signed_response_alg: settled.idTokenAlg,
  response_types: [...new Set(settled.responseTypes)],
  grant_types: [...new Set(settled.grantTypes)],
  require_pkce: settled.pkce === 'required',
  ...(asked.userinfoAlg !== undefined && { userinfo_signed_response_alg: asked.userinfoAlg }),
  ...(asked.homePage !== undefined && { client_uri: asked.homePage }),
  ...(asked.initiateLoginUri !== undefined && { initiate_login_uri: asked.initiateLoginUri }),
  ...(asked.logoUri !== undefined && { logo_uri: asked.logoUri }),
  ...(asked.policyUri !== undefined && { policy_uri: asked.policyUri }),
  ...(asked.postLogoutRedirectUris?.length && {
    post_logout_redirect_uris: [...new Set(asked.postLogoutRedirectUris)],
  }),
  ...(asked.backchannelLogoutUri !== undefined && {
    backchannel_logout_uri: asked.backchannelLogoutUri,
    backchannel_logout_session_required: true,
  }),
  ...(asked.jwks !== undefined && { jwks: asked.jwks }),
  ...(asked.jwksUri !== undefined && { jwks_uri: asked.jwksUri }),
})

/** Checks everything at once: every fault is told, not the first alone. `id` names a service that has no host. */
export const parseRegistration = (asked: ServiceRequest, id: string): RegistrationOutcome => {
  const settled = settle(asked)
  const { sector, faults: sectorFaults } = sectorOf(asked, id)
  const faults = [...faultsOf(asked, settled), ...sectorFaults]
  if (faults.length > 0) return { ok: false, faults }

  return {
    ok: true,
    registration: {
      metadata: metadataOf(asked, settled),
      sector,
      firstParty: asked.firstParty ?? false,
      needsSecret: settled.authMethod.startsWith('client_secret'),
    },
  }
}
