import type Router from '@koa/router'
import type { Context } from 'koa'
import type { Cases } from '../../accounts/cases/cases.ts'
import type { Interaction, Interactions } from '../../oidc/contracts.ts'
import { ambientOf } from '../../operations/ambient.ts'
import type { Desk } from '../kit/desk.ts'
import { type Requests, within } from '../kit/requests.ts'

export type CasePageNeeds = {
  readonly desk: Desk
  readonly requests: Requests
  readonly interactions: Interactions
  readonly caseStanding: Cases['standing']
  readonly answerCase: Cases['answer']
}

const ANSWERS = { wasMe: 'wasMe', wasNotMe: 'wasNotMe' } as const
const isAnswer = (says: string | undefined): says is keyof typeof ANSWERS =>
  says !== undefined && Object.hasOwn(ANSWERS, says)

/** « Un agent vérifie votre demande »: met once at each sign-in, until the case is closed. */
export const casePages =
  ({ desk, requests, interactions, caseStanding, answerCase }: CasePageNeeds) =>
  (router: Router): void => {
    const path = '/connexion/:uid/dossier'

    const onward = async (ctx: Context, { uid }: Interaction): Promise<void> =>
      desk.redirect(ctx, await interactions.answer(ctx, uid, { kind: 'caseSeen' }))

    const show = async (ctx: Context, interaction: Interaction, answered = false): Promise<void> => {
      if (interaction.prompt !== 'case' || !interaction.accountId)
        return desk.redirect(ctx, `/connexion/${interaction.uid}`)
      const cases = await caseStanding(interaction.accountId)
      // closed since it was led here
      if (cases.length === 0) return onward(ctx, interaction)
      desk.show(ctx, 'case', { cases, answered }, { ...within(interaction), form: 'case' })
    }

    router.get(path, async ctx => {
      const interaction = await requests.open(ctx)
      if (interaction) await show(ctx, interaction)
    })

    router.post(path, async ctx => {
      const form = await desk.form(ctx, 'case')
      const interaction = form && (await requests.open(ctx))
      if (!interaction) return
      const { accountId, prompt } = interaction
      if (form.stale || prompt !== 'case' || !accountId) return show(ctx, interaction)
      const { reference, says } = form.fields
      if (!reference || !isAnswer(says)) return onward(ctx, interaction)
      await answerCase(accountId, reference, ANSWERS[says], ambientOf(ctx.req).requestId)
      await show(ctx, interaction, true)
    })
  }
