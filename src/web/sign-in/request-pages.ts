import type Router from '@koa/router'
import type { Interactions } from '../../oidc/contracts.ts'
import type { Desk } from '../kit/desk.ts'
import type { Requests } from '../kit/requests.ts'

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
    router.get('/connexion/retour', ctx => desk.redirect(ctx, '/'))

    /** « Retourner sur {service} »: access_denied. */
    router.get('/connexion/:uid/retour', async ctx => {
      // a look ahead of the person's own click must not answer for them
      if (ctx.method === 'HEAD' || /prefetch|prerender/.test(ctx.get('Sec-Purpose'))) {
        ctx.status = 204
        return
      }
      const interaction = await requests.open(ctx)
      if (!interaction) return
      desk.redirect(ctx, await interactions.answer(ctx, interaction.uid, { kind: 'denied' }))
    })
  }
