import { randomBytes } from 'node:crypto'
import type { JsonObject } from 'openid-client'
import { makeBoundedMap } from './bounded-map.ts'

/** What the service holds about someone who has signed in. Tokens stay on the server. */
export type SignedIn = {
  readonly kind: 'signedIn'
  readonly sub: string
  readonly sid: string | undefined
  readonly idToken: string
  readonly idTokenHeader: JsonObject
  readonly idTokenClaims: JsonObject
  readonly accessToken: string
  readonly accessTokenUntil: Date | undefined
  readonly refreshToken: string | undefined
  readonly scopes: readonly string[]
  readonly userinfo: JsonObject
  readonly userinfoAt: Date
  readonly refreshedTimes: number
}

/** What is left of a session ended from elsewhere, so that the next page can say so. */
export type Ended = { readonly kind: 'ended'; readonly by: 'provider' }

const noticeCodes = ['refreshed', 'refreshRefused', 'noRefreshToken', 'userinfoRead', 'userinfoRefused'] as const
/** What became of an action, told by the next page. */
export type NoticeCode = (typeof noticeCodes)[number]
export const isNoticeCode = (code: string | undefined): code is NoticeCode => noticeCodes.some(known => known === code)

export type Sessions = {
  /** Opens a session under a new id: an id given by a browser never becomes a session. */
  open(session: SignedIn): string
  get(id: string): SignedIn | Ended | undefined
  /** Changes an open session as it is now; one ended meanwhile stays ended. */
  change(id: string, changes: (session: SignedIn) => SignedIn): void
  close(id: string): SignedIn | Ended | undefined
  /** Ends what a logout token names: the provider's session if it names one, else all of the person's. */
  endFromProvider(logout: { readonly sid: string | undefined; readonly sub: string | undefined }): number
}

const eightHours = 8 * 60 * 60 * 1000

const isNamed = (session: SignedIn, { sid, sub }: { sid: string | undefined; sub: string | undefined }): boolean => {
  if (sid !== undefined) return session.sid === sid && (sub === undefined || session.sub === sub)
  return sub !== undefined && session.sub === sub
}

export const makeSessions = (): Sessions => {
  const held = makeBoundedMap<SignedIn | Ended>(1_000, eightHours)
  return {
    open(session) {
      const id = randomBytes(32).toString('base64url')
      held.set(id, session)
      return id
    },
    get: held.get,
    change(id, changes) {
      const session = held.get(id)
      if (session?.kind === 'signedIn') held.set(id, changes(session))
    },
    close: held.take,
    endFromProvider(logout) {
      const named = held.entries().filter(([, session]) => session.kind === 'signedIn' && isNamed(session, logout))
      for (const [id] of named) held.set(id, { kind: 'ended', by: 'provider' })
      return named.length
    },
  }
}
