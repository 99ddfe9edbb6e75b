import type Router from '@koa/router'
import type { ProtocolPages } from '../../oidc/contracts.ts'
import { STORE_AWAY_SECONDS } from '../../stores/contracts.ts'
import type { Desk } from '../kit/desk.ts'
import type { Assets } from '../views/assets.ts'
import { PATHS } from '../views/models.ts'

/** « Se déconnecter » goes the way of every service: through the provider's end of session. */
export const signOutPages =
  ({ desk }: { readonly desk: Desk }) =>
  (router: Router): void => {
    router.get(PATHS.signOut, ctx => desk.redirect(ctx, '/session/end'))
  }

/** The pages that the protocol's own routes show. */
export const makeProtocolPages = ({
  desk,
  assets,
}: {
  readonly desk: Desk
  readonly assets: Pick<Assets, 'href'>
}): ProtocolPages => ({
  stylesheet: assets.href('guichet.css'),
  error: async (ctx, { code, service }) => {
    desk.error(ctx, code, { service, ...(code === 'STORE_AWAY' ? { waitSeconds: STORE_AWAY_SECONDS } : {}) })
  },
  signOut: async (ctx, { action, xsrf, service, redirectOrigin }) => {
    const stayHref = service?.homePage ?? '/'
    const model = { action, fields: [{ name: 'xsrf', value: xsrf }], stayHref }
    desk.show(ctx, 'signOut', model, { service, redirectOrigin, signedIn: true })
  },
  signedOut: async (ctx, service) => {
    ctx.set('Clear-Site-Data', '"cache", "storage"')
    desk.show(ctx, 'signedOut', { returnHref: service?.homePage, returnName: service?.name }, { service })
  },
})
