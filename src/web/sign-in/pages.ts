import type Router from '@koa/router'
import type { Context } from 'koa'
import type { Device } from '../../accounts/sign-in/devices.ts'
import type { makeSignIn, SignInOutcome } from '../../accounts/sign-in/sign-in.ts'
import { parseNirForSignIn } from '../../identity/nir.ts'
import type { Interaction, Interactions, SignedIn } from '../../oidc/contracts.ts'
import { ambientOf } from '../../operations/ambient.ts'
import { type Control, wantsAudio } from '../challenge/control.ts'
import { nirOnlyFault } from '../faults.ts'
import type { Cookies } from '../kit/cookies.ts'
import type { Desk, SentForm } from '../kit/desk.ts'
import type { Devices } from '../kit/devices.ts'
import { type Requests, within } from '../kit/requests.ts'
import type { Submissions } from '../kit/submissions.ts'
import { waitUntil } from '../kit/wait.ts'
import { isLanguage, speak } from '../middleware/language.ts'
import type { SignInModel } from '../views/models.ts'

export type SignInPageNeeds = {
  readonly desk: Desk
  readonly cookies: Cookies
  readonly requests: Requests
  readonly interactions: Interactions
  readonly control: Control
  readonly submissions: Submissions
  readonly signIn: ReturnType<typeof makeSignIn>
  readonly devices: Devices
  readonly clock: () => Date
}

type Shown = Partial<Pick<SignInModel, 'values' | 'faults' | 'stop'>> & {
  readonly status?: number
  readonly formId?: string
  /** The control is asked for: shown, and the form keeps its id. */
  readonly control?: { readonly audio: boolean } | undefined
}

/** Where a sign-in leads, and the accounts that this browser has opened then. */
type Led = { readonly href: string; readonly opened: readonly Device[] }

/** `/connexion/<uid>`: number and password, within an authorisation request. */
export const signInPages =
  ({ desk, cookies, requests, interactions, control, submissions, signIn, devices, clock }: SignInPageNeeds) =>
  (router: Router): void => {
    const path = '/connexion/:uid'

    const show = async (ctx: Context, interaction: Interaction, shown: Shown = {}): Promise<void> => {
      const { uid } = interaction
      const formId = shown.formId ?? desk.newFormId()
      const model: SignInModel = {
        upstreams: [],
        values: shown.values ?? { nir: '' },
        faults: shown.faults ?? [],
        ...(shown.stop ? { stop: shown.stop } : {}),
        challenge: shown.control ? await control.view(ctx, formId, shown.control) : { kind: 'none' },
        signUpHref: `/inscription/${uid}`,
        recoveryHref: `/mot-de-passe-oublie/${uid}`,
        resendHref: `/inscription/${uid}/renvoi`,
      }
      const status = shown.status ?? (model.faults.length > 0 ? 422 : 200)
      desk.show(ctx, 'signIn', model, { ...within(interaction), form: 'signIn', formId, status })
    }

    /** A create request is answered by signing in too: whoever has an account needs no other. */
    const finish = (ctx: Context, { uid, prompt }: Interaction, signedIn: SignedIn): Promise<string> =>
      interactions.answer(ctx, uid, { kind: prompt === 'create' ? 'create' : 'login', signedIn })

    const led = (ctx: Context, { href, opened }: Led): void => {
      devices.keep(ctx, opened)
      desk.redirect(ctx, href)
    }

    const signedIn = async (
      ctx: Context,
      interaction: Interaction,
      form: SentForm,
      { accountId, amr, at, devices: opened }: Extract<SignInOutcome, { readonly kind: 'signedIn' }>,
    ): Promise<void> => {
      const answer = { href: await finish(ctx, interaction, { accountId, acr: 'eidas1', amr, at }), opened }
      await submissions.done(form, JSON.stringify(answer))
      led(ctx, answer)
    }

    const attempt = async (ctx: Context, interaction: Interaction, form: SentForm): Promise<void> => {
      const { fields, formId } = form
      const values = { nir: fields.nir ?? '' }
      const number = parseNirForSignIn(values.nir)
      const password = fields.password ?? ''
      const asked = fields.challengeId === undefined ? undefined : { audio: wantsAudio(fields) }
      const faults: SignInModel['faults'] = [
        ...(number.ok ? [] : [nirOnlyFault(number.fault)]),
        ...(password === '' ? [{ field: 'password', key: 'fault.password.enter' } as const] : []),
      ]
      if (!number.ok || faults.length > 0) return show(ctx, interaction, { values, faults, formId, control: asked })
      const unproven = asked && (await control.judge(ctx, form))
      if (unproven) return show(ctx, interaction, { values, faults: [unproven], formId, control: asked })

      const { requestId, network } = ambientOf(ctx.req)
      const outcome = await signIn({
        nir: number.number,
        password,
        network,
        devices: devices.kept(ctx),
        challengePassed: asked !== undefined || !control.asks,
        spendPass: asked && (() => control.spend(formId)),
        serviceId: interaction.service.id,
        request: requestId,
      })
      const again = { values, formId, control: asked }
      switch (outcome.kind) {
        case 'signedIn':
          return signedIn(ctx, interaction, form, outcome)
        case 'refused':
          return show(ctx, interaction, { ...again, stop: { kind: 'refused' }, status: 422 })
        case 'suspended':
          return show(ctx, interaction, { ...again, stop: { kind: 'suspended' }, status: 403 })
        case 'challenge':
          return show(ctx, interaction, {
            ...again,
            stop: { kind: 'challenge' },
            control: { audio: wantsAudio(fields) },
            status: 403,
          })
        case 'passUsed':
          return show(ctx, interaction, { ...again, faults: [{ field: 'challenge', key: 'fault.challenge.expired' }] })
        case 'throttled': {
          const wait = waitUntil(outcome.until, clock())
          ctx.set('Retry-After', String(wait.seconds))
          return show(ctx, interaction, { ...again, stop: { kind: 'throttled', wait }, status: 429 })
        }
        case 'busy':
          ctx.set('Retry-After', String(outcome.retryAfterSeconds))
          return show(ctx, interaction, {
            ...again,
            stop: { kind: 'busy', seconds: outcome.retryAfterSeconds },
            status: 503,
          })
      }
    }

    router.get(path, async ctx => {
      const interaction = await requests.open(ctx)
      if (interaction) await show(ctx, interaction)
    })

    router.post(path, async ctx => {
      const form = await desk.form(ctx, 'signIn')
      const interaction = form && (await requests.open(ctx))
      if (!interaction) return
      const { fields, formId } = form
      const kept = { values: { nir: fields.nir ?? '' }, formId }
      if (fields.action === 'language') {
        if (isLanguage(fields._language)) speak(ctx, cookies, fields._language)
        return show(ctx, interaction, kept)
      }
      if (fields.action === 'audio' || fields.action === 'picture' || fields.action === 'renew') {
        return show(ctx, interaction, { ...kept, control: { audio: wantsAudio(fields) } })
      }
      if (form.stale) return show(ctx, interaction, { ...kept, stop: { kind: 'formTooOld' }, status: 403 })
      await submissions.once(ctx, form, {
        act: () => attempt(ctx, interaction, form),
        again: answer => led(ctx, JSON.parse(answer) as Led),
        alone: true,
      })
    })
  }
