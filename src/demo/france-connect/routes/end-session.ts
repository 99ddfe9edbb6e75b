import type Router from '@koa/router'
import { compactVerify, createLocalJWKSet } from 'jose'
import { z } from 'zod'
import { languageOf } from '../../common/language.ts'
import type { FranceConnectClient } from '../clients.ts'
import { stopPage } from '../pages/stop.ts'
import { sessionCookie } from './cookies.ts'
import type { RouteNeeds } from './needs.ts'

const known: ReadonlySet<string> = new Set(['id_token_hint', 'state', 'post_logout_redirect_uri', 'client_id'])
const hintClaims = z.object({ iss: z.string(), aud: z.string() })

/** Ends the browser's session here and goes back to the service. */
export const endSessionRoute = (router: Router, needs: RouteNeeds): void => {
  const { issuer, path, kind, clients, keys, memory } = needs
  const cookie = sessionCookie(kind)

  /** Whose ID token this is; its age does not matter, nor a rotation since. */
  const clientOf = async (hint: string): Promise<FranceConnectClient | undefined> => {
    const verified = await compactVerify(hint, createLocalJWKSet(await keys.remembered())).catch(() => undefined)
    if (verified === undefined) return undefined
    const claims = hintClaims.safeParse(JSON.parse(new TextDecoder().decode(verified.payload)))
    if (!claims.success || claims.data.iss !== issuer) return undefined
    return clients.find(({ id }) => id === claims.data.aud)
  }

  const faultOf = async (asked: URLSearchParams): Promise<string | undefined> => {
    const names = [...asked.keys()]
    const wrong = names.find((name, i) => !known.has(name) || names.indexOf(name) !== i)
    if (wrong !== undefined) return `parameter not accepted, or given twice: ${wrong}`
    if ((asked.get('state') ?? '') === '') return 'state is required'
    const client = await clientOf(asked.get('id_token_hint') ?? '')
    if (client === undefined) return 'id_token_hint is not an ID token of this provider'
    if (asked.has('client_id') && asked.get('client_id') !== client.id) return 'client_id is not that of id_token_hint'
    if (!client.postLogoutRedirectUris.includes(asked.get('post_logout_redirect_uri') ?? ''))
      return 'post_logout_redirect_uri is not registered'
    return undefined
  }

  router.get(`${path}/session/end`, async ctx => {
    const asked = new URLSearchParams(ctx.querystring)
    const why = await faultOf(asked)
    if (why !== undefined) return stopPage(ctx, languageOf(ctx), { code: 'SIM-LOGOUT', why })
    memory.sessions.take(cookie.get(ctx))
    cookie.clear(ctx)
    const back = new URL(asked.get('post_logout_redirect_uri') ?? '')
    back.searchParams.append('state', asked.get('state') ?? '')
    ctx.status = 303
    ctx.redirect(back.href)
  })
}
