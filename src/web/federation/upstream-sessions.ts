import { randomBytes } from 'node:crypto'
import type { Context } from 'koa'
import type { Federation } from '../../federation/federation.ts'
import type { RecordStore } from '../../stores/contracts.ts'
import type { Cookies } from '../kit/cookies.ts'

/** The session that a browser has at the upstream which it signed in by: ended with ours. */
export type UpstreamSessions = {
  /** Remembers it for this browser's session. */
  keep(ctx: Context, session: { readonly upstream: string; readonly idToken: string }): Promise<void>
  /**
   * The upstream of this browser's session, and the address where its own is ended: from there the person comes back to `next`.
   * undefined when there is no such session, or when the upstream cannot say where.
   */
  leave(ctx: Context, next: string): Promise<{ readonly upstream: string; readonly href: string } | undefined>
  /** The same right after an identity was read, before anything is remembered. */
  leaveAtOnce(session: { readonly upstream: string; readonly idToken: string }, next: string): Promise<string>
  /** Where the person who comes back goes on; undefined for a state that is not known, or known no more. */
  back(upstream: string, state: string): Promise<string | undefined>
}

const SESSION = 'upstreamSession'
const LEAVING = 'upstreamLeaving'
const LEAVING_MS = 10 * 60_000

type Session = { readonly upstream: string; readonly idToken: string }
type Leaving = { readonly upstream: string; readonly next: string }

export const makeUpstreamSessions = ({
  records,
  cookies,
  federation,
  clock,
  seconds,
}: {
  readonly records: Pick<RecordStore, 'put' | 'take'>
  readonly cookies: Cookies
  readonly federation: Pick<Federation, 'endSessionUrl'>
  readonly clock: () => Date
  /** As long as a session of ours lasts at most. */
  readonly seconds: number
}): UpstreamSessions => {
  const later = (milliseconds: number) => new Date(clock().getTime() + milliseconds)

  const leave: UpstreamSessions['leaveAtOnce'] = async ({ upstream, idToken }, next) => {
    const state = randomBytes(32).toString('base64url')
    const url = await federation.endSessionUrl(upstream, { idToken, state })
    if (url === undefined) return next
    await records.put(LEAVING, state, { upstream, next }, later(LEAVING_MS))
    return url
  }

  return {
    keep: async (ctx, session) => {
      const id = randomBytes(32).toString('base64url')
      await records.put(SESSION, id, session, later(seconds * 1000))
      cookies.seal(ctx, 'upstream', id, seconds)
    },
    leaveAtOnce: leave,
    leave: async (ctx, next) => {
      const id = cookies.open(ctx, 'upstream')
      if (typeof id !== 'string') return undefined
      cookies.clear(ctx, 'upstream')
      const session = (await records.take(SESSION, id)) as Session | undefined
      const href = session && (await leave(session, next))
      return href && href !== next ? { upstream: session.upstream, href } : undefined
    },
    back: async (upstream, state) => {
      const leaving = (await records.take(LEAVING, state)) as Leaving | undefined
      return leaving?.upstream === upstream ? leaving.next : undefined
    },
  }
}
