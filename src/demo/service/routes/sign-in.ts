import type Router from '@koa/router'
import type { Context } from 'koa'
import { languageOf, sayIn } from '../../common/language.ts'
import { samplePaths } from '../metadata.ts'
import { tellingPage } from '../pages/home.ts'
import { declinedTexts } from '../pages/texts.ts'
import { makeSignIns } from '../sign-in.ts'
import { seeOther, show } from './answers.ts'
import { browserCookie, sessionCookie } from './cookies.ts'
import type { RouteNeeds } from './needs.ts'

/** Parameters of /connexion that are passed on, so that they can be tried; others are dropped. */
const passedOn: Readonly<Record<string, readonly string[]>> = {
  prompt: ['consent', 'login', 'select_account', 'none'],
  max_age: ['0'],
}

const extraOf = (ctx: Context): Record<string, string> => {
  const extra: Record<string, string> = {}
  for (const [name, values] of Object.entries(passedOn)) {
    const given = ctx.query[name]
    if (typeof given === 'string' && values.includes(given)) extra[name] = given
  }
  if (typeof ctx.query.login_hint === 'string') extra.login_hint = ctx.query.login_hint
  return extra
}

const tell = (ctx: Context, status: number, told: { readonly title: string; readonly text: string }): void => {
  const action = { href: samplePaths.signIn, text: sayIn(languageOf(ctx))('Se connecter', 'Sign in') }
  show(ctx, tellingPage(languageOf(ctx), { ...told, action }), status)
}

const unknownAttempt = (ctx: Context): void => {
  const say = sayIn(languageOf(ctx))
  tell(ctx, 400, {
    title: say('Cette connexion a expiré', 'This sign-in has expired'),
    text: say(
      'Elle a commencé dans un autre navigateur, ou elle a déjà abouti. Connectez-vous de nouveau.',
      'It began in another browser, or has already ended. Sign in again.',
    ),
  })
}

/** Going to the provider (also from outside, by initiate_login_uri) and coming back from it. */
export const signInRoutes = (router: Router, { issuer, url, metadata, provider, sessions, log }: RouteNeeds): void => {
  const signIns = makeSignIns()

  const begin = async (ctx: Context, extra: Readonly<Record<string, string>>): Promise<void> => {
    const redirectUri = new URL(samplePaths.callback, metadata.homePage).href
    const request = { browser: browserCookie.ensure(ctx), redirectUri, language: languageOf(ctx), extra }
    seeOther(ctx, (await signIns.begin(await provider(), request)).href)
  }

  router.get(samplePaths.signIn, async ctx => {
    if (ctx.query.iss === undefined || ctx.query.iss === issuer) return begin(ctx, extraOf(ctx))
    const say = sayIn(languageOf(ctx))
    tell(ctx, 400, {
      title: say(
        "Ce service ne connaît pas cet organisme d'identité",
        'This service does not know that identity provider',
      ),
      text: say('Il ne connaît que Guichet.', 'It only knows Guichet.'),
    })
  })

  router.get(samplePaths.signUp, ctx => begin(ctx, { prompt: 'create' }))

  router.get(samplePaths.callback, async ctx => {
    const outcome = await signIns.finish(await provider(), new URL(ctx.url, url), browserCookie.get(ctx))
    switch (outcome.kind) {
      case 'signedIn':
        sessions.close(sessionCookie.get(ctx))
        sessionCookie.set(ctx, sessions.open(outcome.session))
        return seeOther(ctx, samplePaths.space)
      case 'declined':
        log.info({ error: outcome.error }, 'sample service was answered an error')
        return tell(ctx, 200, declinedTexts(outcome.error, sayIn(languageOf(ctx))))
      case 'unknownAttempt':
        return unknownAttempt(ctx)
    }
  })
}
