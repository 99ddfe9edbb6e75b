import type Router from '@koa/router'
import type { makeAskMove } from '../../accounts/linking/move.ts'
import type { makeReadLink } from '../../accounts/read-link.ts'
import { parseNir } from '../../identity/nir.ts'
import type { Interactions } from '../../oidc/contracts.ts'
import { ambientOf } from '../../operations/ambient.ts'
import type { Cookies } from '../kit/cookies.ts'
import type { Desk } from '../kit/desk.ts'
import { keepLink, keptLink, linkFormId } from '../kit/links.ts'
import type { Requests } from '../kit/requests.ts'
import { waitUntil } from '../kit/wait.ts'
import { PATHS } from '../views/models.ts'
import type { Arrivals } from './arrivals.ts'
import { FEDERATION_PATHS, type Upstreams } from './upstreams.ts'
import { makeStanding } from './waiting.ts'

export type MovePageNeeds = {
  readonly desk: Desk
  readonly cookies: Cookies
  readonly requests: Requests
  readonly interactions: Pick<Interactions, 'ownSignInUrl'>
  readonly arrivals: Arrivals
  readonly upstreams: Upstreams
  readonly readLink: ReturnType<typeof makeReadLink>
  readonly askMove: ReturnType<typeof makeAskMove>
  readonly clock: () => Date
  readonly moveSeconds: number
}

/** An account verified under a former identity: a link to its confirmed address, then FranceConnect again. */
export const movePages =
  (needs: MovePageNeeds) =>
  (router: Router): void => {
    const { desk, cookies, requests, interactions, upstreams, readLink, askMove, clock } = needs
    const standing = makeStanding(needs)

    router.post('/connexion/:uid/lier/courriel', async ctx => {
      const form = await desk.form(ctx, 'linkAccount')
      const found = form && (await standing(ctx))
      if (!found) return
      const { uid } = found.interaction
      const link = FEDERATION_PATHS.link(uid)
      const { typed } = found.waiting
      const parsed = typed && parseNir({ number: typed.nir, key: typed.nirKey })
      if (form.stale || !parsed?.ok) return desk.redirect(ctx, link)
      const outcome = await askMove(found.waiting.arrival, parsed.nir.number, ambientOf(ctx.req).requestId)
      if (outcome.kind === 'throttled') {
        return desk.error(ctx, 'BUSY', { waitSeconds: waitUntil(outcome.until, clock()).seconds })
      }
      desk.redirect(ctx, `${link}?courriel`)
    })

    router.get(PATHS.move, async ctx => {
      if (keepLink(ctx, cookies, 'move')) return desk.redirect(ctx, PATHS.move)
      const token = keptLink(ctx, cookies, 'move')
      const read = await readLink('move', token)
      if (read.kind === 'open') return desk.show(ctx, 'move', {}, { form: 'move', formId: linkFormId(token) })
      const reason = read.kind === 'unknown' ? 'incomplete' : read.kind
      const model = { purpose: 'move', reason, lifetimeSeconds: needs.moveSeconds, signInHref: PATHS.signIn } as const
      desk.show(ctx, 'accountLinkDead', model, { status: read.kind === 'unknown' ? 404 : 410 })
    })

    router.post(PATHS.move, async ctx => {
      const form = await desk.form(ctx, 'move')
      if (!form) return
      const uid = cookies.open(ctx, 'linking')
      const interaction = typeof uid === 'string' ? await requests.peek(ctx, uid) : undefined
      const waiting = interaction && (await needs.arrivals.find(interaction.uid))
      const [first] = upstreams.offered(ctx, interaction?.uid)
      const upstream = waiting?.arrival.upstream ?? first?.id
      if (!upstream) return desk.redirect(ctx, PATHS.signIn)
      // a page in between: to an upstream no form may lead
      const href = interaction
        ? FEDERATION_PATHS.begin(interaction.uid, upstream)
        : interactions.ownSignInUrl({ upstream })
      desk.show(ctx, 'toUpstream', { href, label: upstreams.label(upstream, ambientOf(ctx.req).language) })
    })
  }
