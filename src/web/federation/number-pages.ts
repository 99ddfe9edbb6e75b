import type Router from '@koa/router'
import type { Context } from 'koa'
import type { makeFindByNumber } from '../../accounts/linking/try-number.ts'
import { parseNir } from '../../identity/nir.ts'
import { ambientOf } from '../../operations/ambient.ts'
import { nirFault } from '../faults.ts'
import type { Cookies } from '../kit/cookies.ts'
import type { Desk } from '../kit/desk.ts'
import { type Requests, within } from '../kit/requests.ts'
import { waitUntil } from '../kit/wait.ts'
import { isLanguage, speak } from '../middleware/language.ts'
import type { NumberModel } from '../views/models.ts'
import type { Arrivals } from './arrivals.ts'
import { contradictionFault } from './contradiction.ts'
import { FEDERATION_PATHS, type Upstreams } from './upstreams.ts'
import { makeStanding, type Standing } from './waiting.ts'

export type NumberPageNeeds = {
  readonly desk: Desk
  readonly cookies: Cookies
  readonly requests: Requests
  readonly arrivals: Arrivals
  readonly upstreams: Upstreams
  readonly findByNumber: ReturnType<typeof makeFindByNumber>
  readonly clock: () => Date
}

/** « Je ne sais pas »: the number leads to the account that holds it, or on to a new one. */
export const numberPages =
  (needs: NumberPageNeeds) =>
  (router: Router): void => {
    const { desk, cookies, arrivals, upstreams, findByNumber, clock } = needs
    const standing = makeStanding(needs)
    const path = '/connexion/:uid/numero'

    const show = (
      ctx: Context,
      { interaction, waiting }: Standing,
      shown: Omit<NumberModel, 'label'>,
      status = 200,
    ): void => {
      const label = upstreams.label(waiting.arrival.upstream, ambientOf(ctx.req).language)
      desk.show(ctx, 'number', { label, ...shown }, { ...within(interaction), form: 'number', status })
    }

    router.get(path, async ctx => {
      const found = await standing(ctx)
      if (found) show(ctx, found, { values: found.waiting.typed ?? {}, faults: [] })
    })

    router.post(path, async ctx => {
      const form = await desk.form(ctx, 'number')
      const found = form && (await standing(ctx))
      if (!found) return
      const { nir = '', nirKey = '' } = form.fields
      const values = { nir, nirKey }
      if (form.fields.action === 'language') {
        if (isLanguage(form.fields._language)) speak(ctx, cookies, form.fields._language)
        return show(ctx, found, { values, faults: [] })
      }
      const { interaction, waiting } = found
      const { uid } = interaction
      const parsed = parseNir({ number: nir, key: nirKey })
      if (!parsed.ok) return show(ctx, found, { values, faults: parsed.faults.map(nirFault) }, 422)
      const { requestId } = ambientOf(ctx.req)
      const stands = await findByNumber(waiting.arrival, parsed.nir.number, requestId)
      switch (stands.kind) {
        case 'throttled': {
          const throttled = waitUntil(stands.until, clock())
          ctx.set('Retry-After', String(throttled.seconds))
          return show(ctx, found, { values, faults: [], throttled }, 429)
        }
        case 'contradicts': {
          const contradictions = waiting.contradictions + 1
          await arrivals.note(uid, { ...waiting, typed: values, contradictions })
          return show(ctx, found, { values, faults: [contradictionFault(ctx, needs, waiting)] }, 422)
        }
        case 'held':
        case 'free':
          await arrivals.note(uid, { ...waiting, typed: values, found: stands.kind === 'held' })
          return desk.redirect(ctx, (stands.kind === 'held' ? FEDERATION_PATHS.link : FEDERATION_PATHS.complete)(uid))
      }
    })
  }
