import type { Context } from 'koa'
import type { Interaction } from '../../oidc/contracts.ts'
import { ambientOf } from '../../operations/ambient.ts'
import type { ErrorCode } from '../errors.ts'
import type { Desk } from '../kit/desk.ts'
import { within } from '../kit/requests.ts'
import { FEDERATION_PATHS, type Upstreams } from './upstreams.ts'

export type FederationError = Extract<ErrorCode, `FEDERATION_${string}`>

/** The page of an upstream that did not send anybody: with a way to try again, to sign in otherwise, and back to the service. */
export const makeStop =
  ({ desk, upstreams }: { readonly desk: Desk; readonly upstreams: Upstreams }) =>
  (ctx: Context, code: FederationError, interaction: Interaction, upstream: string): void => {
    const { service, returnHref } = within(interaction)
    const retry =
      code === 'FEDERATION_MISCONFIGURED' ? {} : { retry: FEDERATION_PATHS.begin(interaction.uid, upstream) }
    desk.error(ctx, code, {
      service,
      returnHref,
      label: upstreams.label(upstream, ambientOf(ctx.req).language),
      hrefs: { ...retry, signInOtherwise: `/connexion/${interaction.uid}?autrement` },
    })
  }
