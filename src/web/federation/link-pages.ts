import type Router from '@koa/router'
import type { Context } from 'koa'
import { methodsOf } from '../../accounts/linking/arrival.ts'
import type { makeLinkIdentity } from '../../accounts/linking/link.ts'
import { ambientOf } from '../../operations/ambient.ts'
import { type Control, wantsAudio } from '../challenge/control.ts'
import type { Cookies } from '../kit/cookies.ts'
import type { Desk, SentForm } from '../kit/desk.ts'
import type { Devices } from '../kit/devices.ts'
import { type Requests, within } from '../kit/requests.ts'
import type { Submissions } from '../kit/submissions.ts'
import { isLanguage, speak } from '../middleware/language.ts'
import type { Attempt, Shown, SignedInByPassword } from '../sign-in/attempt.ts'
import type { FinishSignIn } from '../sign-in/finish.ts'
import type { LinkAccountModel } from '../views/models.ts'
import type { Arrivals, Led } from './arrivals.ts'
import { FEDERATION_PATHS, type Upstreams } from './upstreams.ts'
import { makeStanding, type Standing } from './waiting.ts'

export type LinkPageNeeds = {
  readonly desk: Desk
  readonly cookies: Cookies
  readonly requests: Requests
  readonly control: Control
  readonly submissions: Submissions
  readonly devices: Devices
  readonly arrivals: Arrivals
  readonly upstreams: Upstreams
  readonly attempt: Attempt
  readonly linkIdentity: ReturnType<typeof makeLinkIdentity>
  readonly finishSignIn: FinishSignIn
}

/** How long a browser remembers that it was at this step, while a forgotten password is chosen anew. */
const REMEMBERED_SECONDS = 3600

/** The account that stands: signed in to once, with its number and password, and opened by the upstream from then on. */
export const linkPages =
  (needs: LinkPageNeeds) =>
  (router: Router): void => {
    const { desk, cookies, control, submissions, devices, arrivals, upstreams, attempt, linkIdentity } = needs
    const standing = makeStanding(needs)
    const path = '/connexion/:uid/lier'

    const show = async (
      ctx: Context,
      { interaction, waiting }: Standing,
      shown: Shown & { readonly contradicts?: boolean; readonly frozen?: boolean } = {},
    ): Promise<void> => {
      const { uid } = interaction
      const formId = shown.formId ?? desk.newFormId()
      const faults = shown.faults ?? []
      const model: LinkAccountModel = {
        label: upstreams.label(waiting.arrival.upstream, ambientOf(ctx.req).language),
        found: waiting.found === true,
        contradicts: shown.contradicts === true,
        frozen: shown.frozen === true,
        tooMany: ctx.query.complet !== undefined,
        ...(waiting.found || waiting.proven ? { claimHref: `${FEDERATION_PATHS.link(uid)}/verification` } : {}),
        mailed: ctx.query.courriel !== undefined,
        mailHref: `${FEDERATION_PATHS.link(uid)}/courriel`,
        values: shown.values ?? { nir: waiting.typed?.nir ?? '' },
        faults,
        ...(shown.stop ? { stop: shown.stop } : {}),
        challenge: shown.control ? await control.view(ctx, formId, shown.control) : { kind: 'none' },
        recoveryHref: `/mot-de-passe-oublie/${uid}`,
        questionHref: FEDERATION_PATHS.question(uid),
      }
      const status = shown.status ?? (faults.length > 0 ? 422 : 200)
      // a new password chosen in between leads back here
      cookies.seal(ctx, 'linking', uid, REMEMBERED_SECONDS)
      desk.show(ctx, 'linkAccount', model, { ...within(interaction), form: 'linkAccount', formId, status })
    }

    const led = (ctx: Context, { href, opened }: Led): void => {
      devices.keep(ctx, opened)
      cookies.clear(ctx, 'linking')
      desk.redirect(ctx, href)
    }

    const link = async (
      ctx: Context,
      found: Standing,
      form: SentForm,
      { accountId, amr, at, devices: opened }: SignedInByPassword,
    ): Promise<void> => {
      const { interaction, waiting } = found
      const { arrival } = waiting
      const outcome = await linkIdentity({ accountId, arrival, request: ambientOf(ctx.req).requestId })
      const values = { nir: form.fields.nir ?? '' }
      switch (outcome.kind) {
        case 'linked': {
          const signedIn = { accountId, acr: arrival.acr, amr: [...new Set([...amr, ...methodsOf(arrival)])], at }
          const answer = { href: await needs.finishSignIn(ctx, interaction, signedIn), opened }
          await arrivals.forget(interaction.uid)
          await submissions.done(form, JSON.stringify(answer))
          return led(ctx, answer)
        }
        case 'contradicts':
        case 'held': {
          const proving = { ...waiting, proven: accountId }
          await arrivals.note(interaction.uid, proving)
          return show(ctx, { interaction, waiting: proving }, { values, contradicts: true, status: 422 })
        }
        case 'frozen':
          return show(ctx, found, { values, frozen: true, status: 409 })
        case 'refused':
          return show(ctx, found, { values, stop: { kind: 'refused' }, status: 422 })
      }
    }

    const act = async (ctx: Context, found: Standing, form: SentForm): Promise<void> => {
      const tried = await attempt(ctx, form, found.interaction.service.id)
      if (tried.kind === 'shown') return show(ctx, found, tried.shown)
      await link(ctx, found, form, tried.outcome)
    }

    router.get(path, async ctx => {
      const found = await standing(ctx)
      if (found) await show(ctx, found)
    })

    router.post(path, async ctx => {
      const form = await desk.form(ctx, 'linkAccount')
      if (!form) return
      await submissions.once(ctx, form, {
        act: async () => {
          const found = await standing(ctx)
          if (!found) return
          const { fields, formId } = form
          const kept = { values: { nir: fields.nir ?? '' }, formId }
          if (fields.action === 'language') {
            if (isLanguage(fields._language)) speak(ctx, cookies, fields._language)
            return show(ctx, found, kept)
          }
          if (fields.action === 'audio' || fields.action === 'picture' || fields.action === 'renew') {
            return show(ctx, found, { ...kept, control: { audio: wantsAudio(fields) } })
          }
          if (form.stale) return show(ctx, found, { ...kept, stop: { kind: 'formTooOld' }, status: 403 })
          await act(ctx, found, form)
        },
        again: answer => led(ctx, JSON.parse(answer) as Led),
        alone: true,
      })
    })
  }
