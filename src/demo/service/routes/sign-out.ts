import type Router from '@koa/router'
import { buildEndSessionUrl, randomState } from 'openid-client'
import { readForm } from '../../common/form.ts'
import { languageOf, sayIn } from '../../common/language.ts'
import { makeBoundedMap } from '../bounded-map.ts'
import { makeLogoutTokens } from '../logout-token.ts'
import { samplePaths } from '../metadata.ts'
import { tellingPage } from '../pages/home.ts'
import { seeOther, show } from './answers.ts'
import { browserCookie, sessionCookie } from './cookies.ts'
import type { RouteNeeds } from './needs.ts'

const oneHour = 60 * 60 * 1000

/** Leaving: asked for here (RP-initiated logout), or told by the provider (back-channel logout). */
export const signOutRoutes = (router: Router, needs: RouteNeeds): void => {
  const { metadata, provider, sessions, log } = needs
  const logoutTokens = makeLogoutTokens(needs)
  const signOuts = makeBoundedMap<string>(1_000, oneHour)

  router.post(samplePaths.signOut, async ctx => {
    const { configuration } = await provider()
    const session = sessions.close(sessionCookie.get(ctx))
    sessionCookie.clear(ctx)
    if (session?.kind !== 'signedIn') return seeOther(ctx, samplePaths.home)
    const state = randomState()
    signOuts.set(state, browserCookie.ensure(ctx))
    const returnTo = new URL(samplePaths.signedOut, metadata.homePage).href
    const parameters = {
      id_token_hint: session.idToken,
      post_logout_redirect_uri: returnTo,
      state,
      ui_locales: languageOf(ctx),
    }
    seeOther(ctx, buildEndSessionUrl(configuration, parameters).href)
  })

  router.get(samplePaths.signedOut, ctx => {
    const say = sayIn(languageOf(ctx))
    const state = typeof ctx.query.state === 'string' ? ctx.query.state : ''
    const browser = signOuts.take(state)
    if (browser === undefined || browser !== browserCookie.get(ctx)) return seeOther(ctx, samplePaths.home)
    const told = {
      title: say('Votre session est fermée', 'You are signed out'),
      text: say(
        'Ce service ne vous reconnaît plus. Sur un ordinateur partagé, fermez aussi le navigateur.',
        'This service no longer knows you. On a shared computer, close the browser too.',
      ),
      action: { href: samplePaths.home, text: say("Revenir à l'accueil", 'Back to the home page') },
    }
    show(ctx, tellingPage(languageOf(ctx), told))
  })

  router.post(samplePaths.backchannelLogout, async ctx => {
    const token = (await readForm(ctx)).get('logout_token') ?? ''
    const outcome = await logoutTokens(token, (await provider()).keys)
    if (outcome.kind === 'refused') {
      log.warn({ reason: outcome.reason }, 'sample service refused a logout token')
      ctx.status = 400
      ctx.body = { error: 'invalid_request', error_description: outcome.reason }
      return
    }
    const ended = sessions.endFromProvider(outcome)
    log.info({ ended }, 'sample service ended sessions by back-channel logout')
    ctx.status = 200
    ctx.body = ''
  })
}
