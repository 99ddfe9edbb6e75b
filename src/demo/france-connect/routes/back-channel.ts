import { randomUUID } from 'node:crypto'
import type { Context, Middleware } from 'koa'
import type { BackChannel, Faults } from '../faults.ts'
import type { RouteNeeds } from './needs.ts'

export type TokenError = { readonly status: number; readonly error: string; readonly why: string }

/** An OAuth error as FranceConnect tells it: `error_uri` has the code and the id that its support asks for. */
export const answerError = (ctx: Context, { issuer }: RouteNeeds, { status, error, why }: TokenError): void => {
  const uri = new URL('/erreurs', issuer)
  uri.searchParams.set('code', `SIM-${error.toUpperCase().replaceAll('_', '-')}`)
  uri.searchParams.set('id', randomUUID())
  ctx.status = status
  ctx.body = { error, error_description: why, error_uri: uri.href }
}

/** Answers late, or never, when told to. Tells whether there is still somebody to answer. */
export const suffer = async (
  ctx: Context,
  { wait }: RouteNeeds,
  { slow, cutConnection }: Faults,
  where: BackChannel,
): Promise<boolean> => {
  if (slow !== undefined && (slow.at ?? [where]).includes(where)) await wait(slow.ms)
  if (cutConnection?.includes(where) !== true) return true
  ctx.respond = false
  ctx.req.socket.destroy()
  return false
}

/** What goes wrong on this side is told as FranceConnect tells it, for programs, not as a page. */
export const tellingFaults =
  (needs: RouteNeeds, answer: (ctx: Context) => Promise<void>): Middleware =>
  async ctx => {
    try {
      await answer(ctx)
    } catch (fault) {
      const status =
        fault instanceof Error && 'status' in fault && typeof fault.status === 'number' ? fault.status : 500
      const why = fault instanceof Error ? fault.message : 'unknown'
      answerError(ctx, needs, { status, error: status < 500 ? 'invalid_request' : 'server_error', why })
    }
  }
