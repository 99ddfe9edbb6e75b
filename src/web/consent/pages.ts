import type Router from '@koa/router'
import type { Context } from 'koa'
import type { PersonalData } from '../../identity/person.ts'
import type { Interaction, Interactions } from '../../oidc/contracts.ts'
import type { AccountId } from '../../stores/contracts.ts'
import type { Desk } from '../kit/desk.ts'
import { type Requests, within } from '../kit/requests.ts'
import type { Submissions } from '../kit/submissions.ts'
import type { ConsentModel } from '../views/models.ts'
import { consentItems } from './items.ts'

/** `/autorisation/<uid>`: which service gets what; `allow` or `deny`. */
export const consentPages =
  ({
    desk,
    requests,
    interactions,
    submissions,
    readPerson,
  }: {
    readonly desk: Desk
    readonly requests: Requests
    readonly interactions: Interactions
    readonly submissions: Submissions
    readonly readPerson: (account: AccountId) => Promise<PersonalData>
  }) =>
  (router: Router): void => {
    const path = '/autorisation/:uid'

    const show = async (ctx: Context, interaction: Interaction, status = 200): Promise<void> => {
      const { accountId, service, uid } = interaction
      if (!accountId || interaction.prompt !== 'consent') return desk.redirect(ctx, `/connexion/${uid}`)
      const [asked, person] = await Promise.all([interactions.consentAsked(uid), readPerson(accountId)])
      const model: ConsentModel = {
        serviceName: service.name,
        ...consentItems(asked, person),
        privacyHref: service.policyUri,
      }
      desk.show(ctx, 'consent', model, { ...within(interaction), form: 'consent', status })
    }

    router.get(path, async ctx => {
      const interaction = await requests.open(ctx)
      if (interaction) await show(ctx, interaction)
    })
    router.post(path, async ctx => {
      const form = await desk.form(ctx, 'consent')
      const interaction = form && (await requests.open(ctx))
      if (!interaction) return
      const { action } = form.fields
      if (interaction.prompt !== 'consent') return desk.redirect(ctx, `/connexion/${interaction.uid}`)
      if (form.stale) return show(ctx, interaction, 403)
      if (action === 'switch') return desk.redirect(ctx, await interactions.switchAccount(ctx, interaction.uid))
      if (action !== 'allow' && action !== 'deny') return show(ctx, interaction)
      const kind = action === 'allow' ? 'consent' : 'denied'
      await submissions.once(ctx, form, {
        act: async () => {
          const href = await interactions.answer(ctx, interaction.uid, { kind })
          await submissions.done(form, href)
          desk.redirect(ctx, href)
        },
        again: href => desk.redirect(ctx, href),
      })
    })
  }
