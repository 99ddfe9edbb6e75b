import type Router from '@koa/router'
import type { Context } from 'koa'
import { languageOf, sayIn } from '../../common/language.ts'
import { samplePaths } from '../metadata.ts'
import { homePage } from '../pages/home.ts'
import { spacePage } from '../pages/space.ts'
import { noticeOf } from '../pages/texts.ts'
import { makeRenewals } from '../renewal.ts'
import { isNoticeCode, type NoticeCode, type SignedIn } from '../sessions.ts'
import { seeOther, show } from './answers.ts'
import { noticeCookie, sessionCookie } from './cookies.ts'
import type { RouteNeeds } from './needs.ts'

/** Home, and what somebody who has signed in can see and do. */
export const spaceRoutes = (router: Router, { provider, sessions }: RouteNeeds): void => {
  const renewals = makeRenewals(sessions)

  const signedIn = (ctx: Context): SignedIn | undefined => {
    const session = sessions.get(sessionCookie.get(ctx))
    return session?.kind === 'signedIn' ? session : undefined
  }

  router.get(samplePaths.home, ctx => {
    if (signedIn(ctx)) return seeOther(ctx, samplePaths.space)
    const ended = sessions.close(sessionCookie.get(ctx))
    if (ended === undefined) return show(ctx, homePage(languageOf(ctx), undefined))
    sessionCookie.clear(ctx)
    const text = sayIn(languageOf(ctx))(
      'Votre session a été fermée depuis Guichet.',
      'Your session was closed from Guichet.',
    )
    show(ctx, homePage(languageOf(ctx), { tone: 'plain', text }))
  })

  router.get(samplePaths.space, ctx => {
    const session = signedIn(ctx)
    if (session === undefined) return seeOther(ctx, samplePaths.home)
    const code = noticeCookie.take(ctx)
    const notice = noticeOf(isNoticeCode(code) ? code : undefined, sayIn(languageOf(ctx)))
    show(ctx, spacePage(languageOf(ctx), session, notice))
  })

  const act = (path: string, action: (id: string, session: SignedIn) => Promise<NoticeCode>): void => {
    router.post(path, async ctx => {
      const session = signedIn(ctx)
      if (session === undefined) return seeOther(ctx, samplePaths.home)
      noticeCookie.set(ctx, await action(sessionCookie.get(ctx), session))
      seeOther(ctx, samplePaths.space)
    })
  }
  act(samplePaths.refresh, async id => renewals.refresh(await provider(), id))
  act(samplePaths.userinfo, async (id, session) => renewals.readUserinfo(await provider(), id, session))
}
