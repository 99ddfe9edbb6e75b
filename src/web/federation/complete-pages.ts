import type Router from '@koa/router'
import type { Context } from 'koa'
import type { makeOpenAccount } from '../../accounts/linking/open.ts'
import { ambientOf } from '../../operations/ambient.ts'
import type { Cookies } from '../kit/cookies.ts'
import type { Desk, SentForm } from '../kit/desk.ts'
import type { Devices } from '../kit/devices.ts'
import { type Requests, within } from '../kit/requests.ts'
import type { Submissions } from '../kit/submissions.ts'
import type { TermsShown } from '../kit/terms.ts'
import { isLanguage, speak } from '../middleware/language.ts'
import type { FinishSignIn } from '../sign-in/finish.ts'
import { parseDetails, type SignUpRules, termsFaults } from '../sign-up/form.ts'
import type { makeDetailsModel, Shown } from '../sign-up/shown.ts'
import type { CompleteModel } from '../views/models.ts'
import type { Arrivals, Led } from './arrivals.ts'
import { type ClaimNeeds, makeClaim } from './claim.ts'
import { contradictionFault } from './contradiction.ts'
import { identityShown } from './identity-shown.ts'
import { FEDERATION_PATHS, type Upstreams } from './upstreams.ts'
import { makeStanding, type Standing } from './waiting.ts'

export type CompletePageNeeds = ClaimNeeds & {
  readonly desk: Desk
  readonly cookies: Cookies
  readonly requests: Requests
  readonly submissions: Submissions
  readonly devices: Devices
  readonly arrivals: Arrivals
  readonly upstreams: Upstreams
  readonly rules: Pick<SignUpRules, 'presence' | 'towns'>
  readonly detailsModel: ReturnType<typeof makeDetailsModel>
  readonly termsShown: TermsShown
  readonly openAccount: ReturnType<typeof makeOpenAccount>
  readonly finishSignIn: FinishSignIn
}

type Filled = Pick<Shown, 'fields' | 'faults' | 'notices' | 'moved' | 'throttledUntil' | 'status'> & {
  readonly formId?: string
}

/** Buttons that only change what the form shows. */
const SHOWS_AGAIN = ['searchTowns', 'abroad', 'language']

/** « Complétez votre inscription »: what the upstream did not send, and nothing that it did. */
export const completePages =
  (needs: CompletePageNeeds) =>
  (router: Router): void => {
    const { desk, cookies, submissions, devices, arrivals, upstreams, rules, termsShown, openAccount } = needs
    const standing = makeStanding(needs)
    const claim = makeClaim(needs)
    const path = '/inscription/:uid/completer'

    const show = (ctx: Context, { interaction, waiting }: Standing, filled: Filled): void => {
      const { identity, upstream } = waiting.arrival
      const model: CompleteModel = {
        ...needs.detailsModel(ctx, { ...filled, interaction, service: interaction.service }),
        label: upstreams.label(upstream, ambientOf(ctx.req).language),
        identity: identityShown(identity),
      }
      const { formId } = filled
      const status = filled.status ?? (model.faults.length > 0 ? 422 : 200)
      desk.show(ctx, 'complete', model, { ...within(interaction), form: 'complete', formId, status })
    }

    const led = (ctx: Context, { href, opened }: Led): void => {
      devices.keep(ctx, opened)
      desk.redirect(ctx, href)
    }

    const open = async (ctx: Context, found: Standing, form: SentForm): Promise<void> => {
      const { interaction, waiting } = found
      const { fields, formId } = form
      const parsed = parseDetails(fields, rules)
      const faults = [...(parsed.ok ? [] : parsed.faults), ...termsFaults(fields)]
      if (!parsed.ok || faults.length > 0) return show(ctx, found, { fields, formId, faults, moved: parsed.moved })

      // who asked for an agent has one, as long as an account holds the number
      const claimed = waiting.wantsCase ? await claim(ctx, found, form, parsed.details) : undefined
      if (claimed?.kind === 'led') return led(ctx, claimed)
      if (claimed?.kind === 'tooMany') return desk.redirect(ctx, `${FEDERATION_PATHS.link(interaction.uid)}?complet`)

      const { requestId, language } = ambientOf(ctx.req)
      const outcome = await openAccount({
        accountId: waiting.accountId,
        arrival: waiting.arrival,
        person: parsed.details,
        language,
        terms: termsShown(ctx),
        devices: devices.kept(ctx),
        serviceId: interaction.service.id,
        request: requestId,
      })
      const { uid } = interaction
      switch (outcome.kind) {
        case 'signedIn': {
          const { accountId, acr, amr, at, devices: opened } = outcome
          const answer = { href: await needs.finishSignIn(ctx, interaction, { accountId, acr, amr, at }), opened }
          await arrivals.forget(uid)
          await submissions.done(form, JSON.stringify(answer))
          return led(ctx, answer)
        }
        case 'contradicts': {
          await arrivals.note(uid, { ...waiting, contradictions: waiting.contradictions + 1 })
          return show(ctx, found, { fields, formId, faults: [contradictionFault(ctx, needs, waiting)] })
        }
        case 'numberHeld': {
          const typed = { nir: fields.nir ?? '', nirKey: fields.nirKey ?? '' }
          await arrivals.note(uid, { ...waiting, typed, found: true, person: parsed.details })
          return desk.redirect(ctx, FEDERATION_PATHS.link(uid))
        }
        case 'identityHeld':
          // another tab was faster: the upstream is asked again, and knows the account
          return desk.redirect(ctx, FEDERATION_PATHS.begin(uid, waiting.arrival.upstream))
        case 'throttled':
          return show(ctx, found, { fields, formId, throttledUntil: outcome.until, status: 429 })
      }
    }

    router.get(path, async ctx => {
      const found = await standing(ctx)
      if (!found) return
      const { arrival, typed } = found.waiting
      const email = arrival.email ?? ''
      show(ctx, found, { fields: { email, emailConfirmation: email, ...typed } })
    })

    router.post(path, async ctx => {
      const form = await desk.form(ctx, 'complete')
      if (!form) return
      await submissions.once(ctx, form, {
        act: async () => {
          const found = await standing(ctx)
          if (!found) return
          const { fields, formId } = form
          if (fields.action === 'language' && isLanguage(fields._language)) speak(ctx, cookies, fields._language)
          if (fields.action && SHOWS_AGAIN.includes(fields.action)) return show(ctx, found, { fields, formId })
          if (form.stale) return show(ctx, found, { fields, formId, notices: ['notice.formTooOld'], status: 403 })
          await open(ctx, found, form)
        },
        again: answer => led(ctx, JSON.parse(answer) as Led),
      })
    })
  }
