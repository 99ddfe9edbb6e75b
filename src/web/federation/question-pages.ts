import type Router from '@koa/router'
import type { Context } from 'koa'
import { ambientOf } from '../../operations/ambient.ts'
import type { Desk } from '../kit/desk.ts'
import { type Requests, within } from '../kit/requests.ts'
import type { HaveAccountModel } from '../views/models.ts'
import type { Arrivals } from './arrivals.ts'
import { identityShown } from './identity-shown.ts'
import { FEDERATION_PATHS, type Upstreams } from './upstreams.ts'
import { makeStanding, type Standing } from './waiting.ts'

type Needs = {
  readonly desk: Desk
  readonly requests: Requests
  readonly arrivals: Arrivals
  readonly upstreams: Upstreams
}

const NEXT = {
  yes: FEDERATION_PATHS.link,
  no: FEDERATION_PATHS.complete,
  unknown: FEDERATION_PATHS.number,
} as const

const SAYS = { yes: 'hasAccount', no: 'hasNone', unknown: 'doesNotKnow' } as const

const isAnswer = (answer: string | undefined): answer is keyof typeof NEXT =>
  answer !== undefined && Object.hasOwn(NEXT, answer)

/** What an upstream sent, and one question: « Avez-vous déjà un compte ? » */
export const questionPages =
  (needs: Needs) =>
  (router: Router): void => {
    const { desk, upstreams } = needs
    const standing = makeStanding(needs)
    const path = '/connexion/:uid/deja-un-compte'

    const show = (ctx: Context, { interaction, waiting }: Standing, faults: HaveAccountModel['faults']): void => {
      const { upstream, identity } = waiting.arrival
      const model: HaveAccountModel = {
        label: upstreams.label(upstream, ambientOf(ctx.req).language),
        identity: identityShown(identity),
        faults,
      }
      const status = faults.length > 0 ? 422 : 200
      desk.show(ctx, 'haveAccount', model, { ...within(interaction), form: 'haveAccount', status })
    }

    router.get(path, async ctx => {
      const found = await standing(ctx)
      if (found) show(ctx, found, [])
    })

    router.post(path, async ctx => {
      const form = await desk.form(ctx, 'haveAccount')
      const found = form && (await standing(ctx))
      if (!found) return
      const { answer } = form.fields
      // a page that is too old is as good as another
      if (isAnswer(answer)) {
        await needs.arrivals.note(found.interaction.uid, { ...found.waiting, says: SAYS[answer] })
        return desk.redirect(ctx, NEXT[answer](found.interaction.uid))
      }
      show(ctx, found, [{ field: 'answer', key: 'fault.answer.choose' }])
    })
  }
