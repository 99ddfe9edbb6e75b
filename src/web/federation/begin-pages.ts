import type Router from '@koa/router'
import type { Context } from 'koa'
import { ambientOf } from '../../operations/ambient.ts'
import { isLookAhead } from '../kit/look-ahead.ts'
import { param } from '../kit/requests.ts'
import type { FederationPageNeeds } from './needs.ts'
import { makeStop } from './stops.ts'
import { FEDERATION_PATHS } from './upstreams.ts'

/** The button of an upstream: off to it, and the keys that it may encrypt to. */
export const federationBeginPages =
  (needs: FederationPageNeeds) =>
  (router: Router): void => {
    const { desk, requests, interactions, federation, flights, upstreams } = needs
    const stop = makeStop(needs)

    /** Without a request, Guichet asks itself for one, which leads there at once. */
    router.get('/connexion/avec/:upstream', ctx => {
      const upstream = param(ctx, 'upstream')
      if (!upstreams.has(upstream)) return desk.error(ctx, 'NOT_FOUND')
      desk.redirect(ctx, interactions.ownSignInUrl({ upstream }))
    })

    router.get('/connexion/:uid/avec/:upstream', async (ctx: Context) => {
      if (isLookAhead(ctx)) return
      const upstream = param(ctx, 'upstream')
      if (!upstreams.has(upstream)) return desk.error(ctx, 'NOT_FOUND')
      const interaction = await requests.open(ctx)
      if (!interaction) return
      const acr = upstreams.levelOf(upstream, interaction.acrs)
      const begun = await federation.begin(upstream, {
        ...(acr === undefined ? {} : { acr }),
        ...(interaction.reauthenticate ? { prompt: 'login' } : {}),
        uiLocales: ambientOf(ctx.req).language,
      })
      if (begun.kind === 'unavailable') return stop(ctx, 'FEDERATION_UNAVAILABLE', interaction, upstream)
      await flights.begin(interaction.uid, begun.flight)
      desk.redirect(ctx, begun.url)
    })

    router.get(FEDERATION_PATHS.keys, ctx => {
      ctx.set('Cache-Control', 'public, max-age=3600')
      ctx.type = 'application/jwk-set+json'
      ctx.body = JSON.stringify(federation.publicKeys())
    })
  }
