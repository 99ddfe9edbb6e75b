import type { Context, Next } from 'koa'
import { ambientOf } from '../../operations/ambient.ts'
import { STORE_AWAY_SECONDS, StoreAway } from '../../stores/contracts.ts'
import type { Desk } from '../kit/desk.ts'

export type FaultLog = {
  error(details: { readonly request: string; readonly code: string; readonly err: unknown }, message: string): void
}

/** The one place where exceptions end: a page with a code and the request's id, which the log carries too. */
export const catchFaults =
  ({ desk, log }: { readonly desk: Desk; readonly log: FaultLog }) =>
  async (ctx: Context, next: Next): Promise<void> => {
    try {
      await next()
    } catch (err) {
      const code = err instanceof StoreAway ? 'STORE_AWAY' : 'FAULT'
      log.error({ request: ambientOf(ctx.req).requestId, code, err }, 'a request failed')
      if (ctx.headerSent) return
      // where it would have led, had it not failed
      ctx.remove('Location')
      desk.error(ctx, code, code === 'STORE_AWAY' ? { waitSeconds: STORE_AWAY_SECONDS } : {})
    }
  }
