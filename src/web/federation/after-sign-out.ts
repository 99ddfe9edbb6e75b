import type { Context } from 'koa'
import { ambientOf } from '../../operations/ambient.ts'
import { StoreAway } from '../../stores/contracts.ts'
import type { Desk } from '../kit/desk.ts'
import type { UpstreamSessions } from './upstream-sessions.ts'
import type { Upstreams } from './upstreams.ts'

const CONFIRMATION = '/session/end/confirm'

/**
 * Once the protocol has signed a person out: the session of the upstream that they came by is ended too, and they go on where
 * the protocol was sending them. By a page that goes there by itself: a redirect would be held to the form's form-action, all
 * along a way that the upstream alone knows.
 */
export const makeAfterSignOut =
  ({
    desk,
    upstreams,
    upstreamSessions,
  }: {
    readonly desk: Desk
    readonly upstreams: Upstreams
    readonly upstreamSessions: UpstreamSessions
  }) =>
  async (ctx: Context): Promise<void> => {
    if (ctx.path !== CONFIRMATION || (ctx.status !== 302 && ctx.status !== 303)) return
    // said by the protocol when it has ended a session, and then alone
    if (!ctx.response.get('Clear-Site-Data')) return
    const next = ctx.response.get('Location')
    const left = await upstreamSessions.leave(ctx, next).catch((fault: unknown) => {
      // signed out here whatever happens to the rest
      if (fault instanceof StoreAway) return undefined
      throw fault
    })
    if (!left) return
    ctx.remove('Location')
    const label = upstreams.label(left.upstream, ambientOf(ctx.req).language)
    desk.show(ctx, 'leaving', { href: left.href, label })
  }
