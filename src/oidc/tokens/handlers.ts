/** What is done around the library's handlers of grants. */
import { errors, type KoaContextWithOIDC } from 'oidc-provider'
import { ambientOf } from '../../operations/ambient.ts'
import type { OidcNeeds } from '../needs.ts'
import type { Accounts } from '../people/accounts.ts'
import { translatingAway } from '../storage/away.ts'
import { gatherSaves } from '../storage/gathering.ts'
import { type Grace, KeptAnswer } from './grace.ts'

type Handler<Ctx extends KoaContextWithOIDC> = (ctx: Ctx) => Promise<void> | void

export type WrapGrant = <Ctx extends KoaContextWithOIDC>(name: string, handler: Handler<Ctx>) => Handler<Ctx>

const REPLAYS: ReadonlyMap<string, 'code' | 'refreshToken'> = new Map([
  ['authorization code already consumed', 'code'],
  ['refresh token already used', 'refreshToken'],
])

const replayOf = (fault: unknown): 'code' | 'refreshToken' | undefined =>
  fault instanceof errors.InvalidGrant ? REPLAYS.get(fault.error_detail ?? '') : undefined

/** A service's own token has no scope that the service was not registered for. */
const checkOwnScopes = (ctx: KoaContextWithOIDC): void => {
  if (ctx.oidc.params?.scope === undefined) return
  const registered = new Set(ctx.oidc.client?.scope?.split(' '))
  for (const scope of ctx.oidc.requestParamScopes) {
    if (!registered.has(scope)) throw new errors.InvalidScope('requested scope is not allowed', scope)
  }
}

export const makeWrapGrant = ({
  grace,
  accounts,
  audit,
}: {
  readonly grace: Grace
  readonly accounts: Pick<Accounts, 'usable'>
  readonly audit: OidcNeeds['audit']
}): WrapGrant => {
  const recover = async (ctx: KoaContextWithOIDC, fault: unknown): Promise<void> => {
    if (fault instanceof KeptAnswer) {
      const { body, accountId, issuedAt } = fault
      const account = await accounts.usable(accountId, issuedAt)
      if (!account) throw new errors.InvalidGrant({ detail: 'refresh token invalid (referenced account not found)' })
      ctx.body = body
      return
    }
    const kind = replayOf(fault)
    if (kind) {
      const service = ctx.oidc.client?.clientId ?? ''
      await audit.record('token.replayed', { service, kind }, ambientOf(ctx.req).requestId)
    }
    throw fault
  }

  return (name, handler) => {
    // one record, of nobody's Grant: nothing goes with it, and nothing is offered that could be a replay
    if (name === 'client_credentials') {
      return ctx => {
        checkOwnScopes(ctx)
        return handler(ctx)
      }
    }
    return async ctx => {
      try {
        await translatingAway(() =>
          gatherSaves(async () => {
            await handler(ctx)
            if (name === 'refresh_token') await grace.keep(ctx)
          }),
        )
      } catch (fault) {
        await recover(ctx, fault)
      }
    }
  }
}
