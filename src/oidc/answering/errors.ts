/** The library's errors as the pages know them. */
import { errors } from 'oidc-provider'
import type { ProtocolErrorCode } from '../contracts.ts'
import { TemporarilyAway } from '../storage/away.ts'

export const codeOf = (fault: Error): ProtocolErrorCode => {
  if (fault instanceof TemporarilyAway) return 'STORE_AWAY'
  if (fault instanceof errors.SessionNotFound) return 'INTERACTION_EXPIRED'
  if (fault instanceof errors.InvalidRedirectUri) return 'REDIRECT_URI_UNKNOWN'
  if (fault instanceof errors.InvalidClient || fault instanceof errors.InvalidClientAuth) return 'SERVICE_UNKNOWN'
  if (fault instanceof errors.OIDCProviderError && fault.expose) return 'REQUEST_REFUSED'
  return 'FAULT'
}
