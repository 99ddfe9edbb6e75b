import type Router from '@koa/router'
import { languageOf } from '../../common/language.ts'
import { errorPage, homePage } from '../pages/home.ts'
import type { RouteNeeds } from './needs.ts'

/** What is read by people who come by themselves. */
export const homeRoutes = (router: Router, { issuer, kind, people }: RouteNeeds): void => {
  router.get('/', ctx => {
    ctx.type = 'html'
    ctx.body = homePage(languageOf(ctx), { issuer, kind, people })
  })
  router.get('/erreurs', ctx => {
    const asked = new URLSearchParams(ctx.querystring)
    ctx.type = 'html'
    ctx.body = errorPage(languageOf(ctx), { code: asked.get('code') ?? '', id: asked.get('id') ?? '' })
  })
}
