import type Router from '@koa/router'
import type { Context } from 'koa'
import type { Cookies } from '../kit/cookies.ts'
import type { Desk } from '../kit/desk.ts'
import type { Requests } from '../kit/requests.ts'
import { waitUntil } from '../kit/wait.ts'
import type { Led } from './arrivals.ts'
import { type ClaimNeeds, makeClaim } from './claim.ts'
import { FEDERATION_PATHS } from './upstreams.ts'
import { makeStanding } from './waiting.ts'

export type ClaimPageNeeds = ClaimNeeds & {
  readonly desk: Desk
  readonly cookies: Cookies
  readonly requests: Requests
  readonly clock: () => Date
}

/** « Demander une vérification »: at once for who has filled in the form, else once it is. */
export const claimPages =
  (needs: ClaimPageNeeds) =>
  (router: Router): void => {
    const { desk, cookies, arrivals, devices, submissions, clock } = needs
    const standing = makeStanding(needs)
    const claim = makeClaim(needs)

    const led = (ctx: Context, { href, opened }: Led): void => {
      devices.keep(ctx, opened)
      cookies.clear(ctx, 'linking')
      desk.redirect(ctx, href)
    }

    router.post('/connexion/:uid/lier/verification', async ctx => {
      const form = await desk.form(ctx, 'linkAccount')
      if (!form) return
      await submissions.once(ctx, form, {
        act: async () => {
          const found = await standing(ctx)
          if (!found) return
          const { interaction, waiting } = found
          const { uid } = interaction
          if (form.stale || !(waiting.found || waiting.proven)) return desk.redirect(ctx, FEDERATION_PATHS.link(uid))
          if (!waiting.person) {
            await arrivals.note(uid, { ...waiting, wantsCase: true })
            return desk.redirect(ctx, FEDERATION_PATHS.complete(uid))
          }
          const outcome = await claim(ctx, found, form, waiting.person)
          switch (outcome.kind) {
            case 'led':
              return led(ctx, outcome)
            case 'identityHeld':
              return desk.redirect(ctx, FEDERATION_PATHS.begin(uid, waiting.arrival.upstream))
            case 'throttled':
              return desk.error(ctx, 'BUSY', { waitSeconds: waitUntil(outcome.until, clock()).seconds })
            case 'tooMany':
              return desk.redirect(ctx, `${FEDERATION_PATHS.link(uid)}?complet`)
            case 'free':
            case 'contradicts':
              return desk.redirect(ctx, FEDERATION_PATHS.complete(uid))
          }
        },
        again: answer => led(ctx, JSON.parse(answer) as Led),
        alone: true,
      })
    })
  }
