import type Router from '@koa/router'
import type { Towns } from '../../identity/towns/towns.ts'

/** The towns of a postcode, for the script of the form. Public data. */
export const townsPage =
  ({ towns }: { readonly towns: Pick<Towns, 'townsOf'> }) =>
  (router: Router): void => {
    router.get('/inscription/villes', ctx => {
      const { postalCode } = ctx.query
      ctx.set('Cache-Control', 'public, max-age=3600')
      ctx.type = 'application/json'
      ctx.body = JSON.stringify({ towns: typeof postalCode === 'string' ? towns.townsOf(postalCode) : [] })
    })
  }
