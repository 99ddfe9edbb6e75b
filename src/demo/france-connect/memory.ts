import { randomBytes } from 'node:crypto'
import { type BoundedMap, makeBoundedMap } from '../service/bounded-map.ts'
import type { Faults } from './faults.ts'
import type { TestPerson } from './people.ts'
import type { AuthorisationRequest } from './protocol/authorisation-request.ts'

/** Seconds; FranceConnect's own, but for the time that a person has to choose. */
export const lifetimes = { choice: 3_600, code: 30, accessToken: 60, idToken: 60, session: 1_800 } as const
const size = 1_000

/** What a code stands for, then an access token. */
export type Given = {
  readonly request: AuthorisationRequest
  readonly person: TestPerson
  /** Seconds. */
  readonly authTime: number
  /** Those chosen on the page, for this sign-in alone. */
  readonly faults: Faults
}
export type Session = Pick<Given, 'person' | 'authTime'>

export type Memory = {
  readonly requests: BoundedMap<AuthorisationRequest>
  readonly codes: BoundedMap<Given>
  /** The access token of each code that was used, to be withdrawn should the code come again. */
  readonly usedCodes: BoundedMap<string>
  readonly accessTokens: BoundedMap<Given>
  readonly sessions: BoundedMap<Session>
  /** The `jti` of client assertions, each good once. */
  readonly assertions: BoundedMap<true>
}

export const makeMemory = (clock: () => number): Memory => ({
  requests: makeBoundedMap<AuthorisationRequest>(size, lifetimes.choice * 1_000, clock),
  codes: makeBoundedMap<Given>(size, lifetimes.code * 1_000, clock),
  usedCodes: makeBoundedMap<string>(size, lifetimes.accessToken * 1_000, clock),
  accessTokens: makeBoundedMap<Given>(size, lifetimes.accessToken * 1_000, clock),
  sessions: makeBoundedMap<Session>(size, lifetimes.session * 1_000, clock),
  assertions: makeBoundedMap<true>(size, 600_000, clock),
})

export const newId = (): string => randomBytes(32).toString('base64url')
