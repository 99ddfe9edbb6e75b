import type Router from '@koa/router'
import type { Context } from 'koa'
import type { Interaction, Interactions } from '../../oidc/contracts.ts'
import type { AccountId } from '../../stores/contracts.ts'
import type { Desk } from '../kit/desk.ts'
import { type Requests, within } from '../kit/requests.ts'

/** After a while without activity: is it still the same person before the screen? */
export const continuePages =
  ({
    desk,
    requests,
    interactions,
    nameOf,
  }: {
    readonly desk: Desk
    readonly requests: Requests
    readonly interactions: Interactions
    /** The birth name of an account, to be recognised by who owns it. */
    readonly nameOf: (account: AccountId) => Promise<string>
  }) =>
  (router: Router): void => {
    const path = '/connexion/:uid/continuer'
    const show = async (ctx: Context, interaction: Interaction): Promise<void> => {
      if (!interaction.accountId) return desk.redirect(ctx, `/connexion/${interaction.uid}`)
      const model = { who: await nameOf(interaction.accountId) }
      desk.show(ctx, 'continueAs', model, { ...within(interaction), form: 'continue' })
    }

    router.get(path, async ctx => {
      const interaction = await requests.open(ctx)
      if (interaction) await show(ctx, interaction)
    })
    router.post(path, async ctx => {
      const form = await desk.form(ctx, 'continue')
      const interaction = form && (await requests.open(ctx))
      if (!interaction) return
      if (form.stale || (form.fields.action !== 'continue' && form.fields.action !== 'switch'))
        return show(ctx, interaction)
      if (form.fields.action === 'switch')
        return desk.redirect(ctx, await interactions.switchAccount(ctx, interaction.uid))
      desk.redirect(ctx, await interactions.answer(ctx, interaction.uid, { kind: 'continue' }))
    })
  }
