import Router from '@koa/router'
import { languageOf, sayIn } from '../../common/language.ts'
import { samplePaths } from '../metadata.ts'
import { tellingPage } from '../pages/home.ts'
import { ProviderAway } from '../provider.ts'
import { show } from './answers.ts'
import type { RouteNeeds } from './needs.ts'
import { signInRoutes } from './sign-in.ts'
import { signOutRoutes } from './sign-out.ts'
import { spaceRoutes } from './space.ts'

/** Every page and endpoint of the sample service. */
export const sampleRoutes = (needs: RouteNeeds): Router => {
  const router = new Router()
  router.use(async (ctx, next) => {
    try {
      await next()
    } catch (fault) {
      if (!(fault instanceof ProviderAway)) throw fault
      needs.log.warn({ issuer: needs.issuer }, 'sample service cannot reach the provider')
      const say = sayIn(languageOf(ctx))
      const told = {
        title: say('Guichet ne répond pas', 'Guichet does not answer'),
        text: say(
          'Il démarre peut-être encore. Réessayez dans quelques secondes.',
          'It may still be starting. Try again in a few seconds.',
        ),
        action: { href: samplePaths.home, text: say('Réessayer', 'Try again') },
      }
      show(ctx, tellingPage(languageOf(ctx), told), 503)
    }
  })
  signInRoutes(router, needs)
  spaceRoutes(router, needs)
  signOutRoutes(router, needs)
  return router
}
