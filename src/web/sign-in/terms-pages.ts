import type Router from '@koa/router'
import type { Context } from 'koa'
import type { makeAcceptTerms } from '../../accounts/sign-in/accept-terms.ts'
import type { Interaction, Interactions } from '../../oidc/contracts.ts'
import { ambientOf } from '../../operations/ambient.ts'
import type { Desk } from '../kit/desk.ts'
import { type Requests, within } from '../kit/requests.ts'
import type { TermsShown } from '../kit/terms.ts'
import type { AcceptTermsModel } from '../views/models.ts'

export type TermsPageNeeds = {
  readonly desk: Desk
  readonly requests: Requests
  readonly interactions: Interactions
  readonly acceptTerms: ReturnType<typeof makeAcceptTerms>
  readonly termsShown: TermsShown
}

/** Terms of a new version, asked for at the next sign-in. */
export const termsPages =
  ({ desk, requests, interactions, acceptTerms, termsShown }: TermsPageNeeds) =>
  (router: Router): void => {
    const path = '/connexion/:uid/conditions'
    const show = (ctx: Context, interaction: Interaction, faults: AcceptTermsModel['faults'] = []): void =>
      desk.show(
        ctx,
        'acceptTerms',
        { version: termsShown(ctx).version, faults },
        { ...within(interaction), form: 'terms', status: faults.length > 0 ? 422 : 200 },
      )

    router.get(path, async ctx => {
      const interaction = await requests.open(ctx)
      if (!interaction) return
      if (interaction.prompt !== 'terms') return desk.redirect(ctx, `/connexion/${interaction.uid}`)
      show(ctx, interaction)
    })
    router.post(path, async ctx => {
      const form = await desk.form(ctx, 'terms')
      const interaction = form && (await requests.open(ctx))
      if (!interaction) return
      const { accountId } = interaction
      if (form.fields.action === 'cancel')
        return desk.redirect(ctx, await interactions.answer(ctx, interaction.uid, { kind: 'denied' }))
      if (form.stale || interaction.prompt !== 'terms' || !accountId) return show(ctx, interaction)
      if (!form.fields.acceptTerms) return show(ctx, interaction, [{ field: 'acceptTerms', key: 'fault.termsAgain' }])
      await acceptTerms(accountId, termsShown(ctx), ambientOf(ctx.req).requestId)
      desk.redirect(ctx, await interactions.answer(ctx, interaction.uid, { kind: 'termsAccepted' }))
    })
  }
