import type { JWTPayload } from 'jose'

/** Which of the two signed answers a fault of signature spoils; true is both. */
export type Spoilt = true | 'idToken' | 'userinfo'
export type BackChannel = 'token' | 'userinfo' | 'jwks' | 'discovery'
export type AlterClaims = (claims: JWTPayload) => JWTPayload

/** Everything that this provider can be told to do wrong. Nothing is wrong by default. */
export type Faults = {
  /** Signed by a key that is not published, under the id of one that is. */
  readonly wrongKey?: Spoilt
  /** Signed by a key that is not published, under its own id. */
  readonly unknownKey?: Spoilt
  /** Each ID token is signed by a new key, published from then on beside the former one. */
  readonly rotatedKey?: boolean
  readonly algNone?: Spoilt
  readonly expiredIdToken?: boolean
  readonly wrongNonce?: boolean
  readonly wrongAud?: boolean
  readonly wrongIss?: boolean
  /** Lower than the one asked. */
  readonly wrongAcr?: boolean
  /** Plain JSON instead of a signed answer. */
  readonly unsignedUserinfo?: boolean
  readonly userinfoOtherSub?: boolean
  /** Claims left out of userinfo. */
  readonly missingClaims?: readonly string[]
  /** Answers after so long; at every back-channel endpoint unless `at` names some. */
  readonly slow?: { readonly ms: number; readonly at?: readonly BackChannel[] }
  /** Closes the connection without an answer. */
  readonly cutConnection?: readonly BackChannel[]
  readonly tokenError?: true | { readonly status: number; readonly error: string }
  readonly userinfoError?: true | { readonly status: number; readonly error: string }
  readonly discoveryDown?: boolean
  readonly jwksDown?: boolean
  readonly wrongIssInCallback?: boolean
  readonly noIssInCallback?: boolean
  /** Last touch to the claims before they are signed. */
  readonly alterIdToken?: AlterClaims
  readonly alterUserinfo?: AlterClaims
}

/** Those that the page of test people offers, for one sign-in. */
export const offeredFaults = {
  wrongKey: { wrongKey: true },
  rotatedKey: { rotatedKey: true },
  algNone: { algNone: true },
  expiredIdToken: { expiredIdToken: true },
  wrongNonce: { wrongNonce: true },
  wrongAud: { wrongAud: true },
  wrongIss: { wrongIss: true },
  wrongAcr: { wrongAcr: true },
  unsignedUserinfo: { unsignedUserinfo: true },
  userinfoOtherSub: { userinfoOtherSub: true },
  missingClaims: { missingClaims: ['birthdate', 'gender'] },
  slow: { slow: { ms: 5_000, at: ['token'] } },
  cutToken: { cutConnection: ['token'] },
  cutUserinfo: { cutConnection: ['userinfo'] },
  tokenError: { tokenError: true },
  userinfoError: { userinfoError: true },
  wrongIssInCallback: { wrongIssInCallback: true },
  noIssInCallback: { noIssInCallback: true },
} as const satisfies Readonly<Record<string, Faults>>

export type OfferedFault = keyof typeof offeredFaults
export const offeredFaultNames = Object.keys(offeredFaults) as readonly OfferedFault[]
export const isOfferedFault = (name: string): name is OfferedFault => Object.hasOwn(offeredFaults, name)

export const spoils = (fault: Spoilt | undefined, what: 'idToken' | 'userinfo'): boolean =>
  fault === true || fault === what
