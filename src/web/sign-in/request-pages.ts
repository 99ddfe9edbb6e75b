import type Router from '@koa/router'
import type { Interactions, OwnPage } from '../../oidc/contracts.ts'
import type { Desk } from '../kit/desk.ts'
import { isLookAhead } from '../kit/look-ahead.ts'
import type { Requests } from '../kit/requests.ts'
import { PATHS } from '../views/models.ts'

/** Pages of Guichet's own that ask to sign in first, by the `state` that comes back with the person. */
const OWN_PAGES: { readonly [page in OwnPage]: string } = {
  connections: PATHS.connections,
  password: PATHS.ownPassword,
  email: PATHS.ownEmail,
}
const isOwnPage = (state: unknown): state is OwnPage => typeof state === 'string' && Object.hasOwn(OWN_PAGES, state)

/** What leads into an authorisation request, and out of it. */
export const requestPages =
  ({
    desk,
    requests,
    interactions,
  }: {
    readonly desk: Desk
    readonly requests: Requests
    readonly interactions: Interactions
  }) =>
  (router: Router): void => {
    /** Without a request, Guichet asks itself for one. */
    router.get('/connexion', ctx => desk.redirect(ctx, interactions.ownSignInUrl()))
    router.get('/connexion/retour', ctx => {
      const { state } = ctx.query
      desk.redirect(ctx, isOwnPage(state) ? OWN_PAGES[state] : '/')
    })

    /** « Retourner sur {service} »: access_denied. */
    router.get('/connexion/:uid/retour', async ctx => {
      if (isLookAhead(ctx)) return
      const interaction = await requests.open(ctx)
      if (!interaction) return
      desk.redirect(ctx, await interactions.answer(ctx, interaction.uid, { kind: 'denied' }))
    })
  }
