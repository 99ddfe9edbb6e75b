/** Errors that people see: code, status, key of the text (views/locales, `errors.<key>`). A test holds this list against its uses. */
export const errors = {
  NOT_FOUND: { status: 404, text: 'notFound' },
  METHOD: { status: 405, text: 'notFound' },
  BAD_REQUEST: { status: 400, text: 'badRequest' },
  TOO_LARGE: { status: 413, text: 'badRequest' },
  HEADERS_TOO_LARGE: { status: 431, text: 'badRequest' },
  COOKIES_TOO_LARGE: { status: 431, text: 'cookiesTooLarge' },
  TOO_SLOW: { status: 408, text: 'badRequest' },
  HOST_UNKNOWN: { status: 421, text: 'badRequest' },
  CROSS_SITE: { status: 403, text: 'formTooOld' },
  COOKIES_OFF: { status: 400, text: 'cookiesOff' },
  BUSY: { status: 503, text: 'busy' },
  STORE_AWAY: { status: 503, text: 'storeAway' },
  FAULT: { status: 500, text: 'fault' },
  INTERACTION_OVER: { status: 400, text: 'interactionOver' },
  INTERACTION_EXPIRED: { status: 400, text: 'interactionExpired' },
  SERVICE_UNKNOWN: { status: 400, text: 'serviceUnknown' },
  REDIRECT_URI_UNKNOWN: { status: 400, text: 'redirectUri' },
  REQUEST_REFUSED: { status: 400, text: 'serviceRequest' },
  FEDERATION_UNAVAILABLE: { status: 503, text: 'federationUnavailable' },
  FEDERATION_MISCONFIGURED: { status: 503, text: 'federationUnavailable' },
  FEDERATION_UNVERIFIED: { status: 400, text: 'federationUnavailable' },
  FEDERATION_DENIED: { status: 400, text: 'federationDenied' },
  FEDERATION_SUSPENDED: { status: 403, text: 'accountSuspended' },
} as const

export type ErrorCode = keyof typeof errors
