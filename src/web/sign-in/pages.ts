import type Router from '@koa/router'
import type { Context } from 'koa'
import type { Device } from '../../accounts/sign-in/devices.ts'
import { type Interaction, type Interactions, PASSWORD_ACR, type SignedIn } from '../../oidc/contracts.ts'
import { type Control, wantsAudio } from '../challenge/control.ts'
import type { Upstreams } from '../federation/upstreams.ts'
import type { Cookies } from '../kit/cookies.ts'
import type { Desk, SentForm } from '../kit/desk.ts'
import type { Devices } from '../kit/devices.ts'
import { type Requests, within } from '../kit/requests.ts'
import type { Submissions } from '../kit/submissions.ts'
import { isLanguage, speak } from '../middleware/language.ts'
import type { SignInModel } from '../views/models.ts'
import type { Attempt, Shown, SignedInByPassword } from './attempt.ts'

export type SignInPageNeeds = {
  readonly desk: Desk
  readonly cookies: Cookies
  readonly requests: Requests
  readonly interactions: Interactions
  readonly control: Control
  readonly submissions: Submissions
  readonly attempt: Attempt
  readonly devices: Devices
  readonly upstreams: Upstreams
}

/** Where a sign-in leads, and the accounts that this browser has opened then. */
type Led = { readonly href: string; readonly opened: readonly Device[] }

/** A password is worth the first level, and no other. */
const passwordServes = ({ acrs }: Interaction): boolean => acrs.every(list => list.includes(PASSWORD_ACR))

/** `/connexion/<uid>`: number and password, within an authorisation request. */
export const signInPages =
  ({
    desk,
    cookies,
    requests,
    interactions,
    control,
    submissions,
    attempt: attemptOf,
    devices,
    upstreams,
  }: SignInPageNeeds) =>
  (router: Router): void => {
    const path = '/connexion/:uid'

    const show = async (ctx: Context, interaction: Interaction, shown: Shown = {}): Promise<void> => {
      const { uid } = interaction
      const formId = shown.formId ?? desk.newFormId()
      const model: SignInModel = {
        upstreams: upstreams.offered(ctx, uid, interaction.acrs),
        password: passwordServes(interaction),
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
      { accountId, amr, at, devices: opened }: SignedInByPassword,
    ): Promise<void> => {
      const answer = { href: await finish(ctx, interaction, { accountId, acr: PASSWORD_ACR, amr, at }), opened }
      await submissions.done(form, JSON.stringify(answer))
      led(ctx, answer)
    }

    const attempt = async (ctx: Context, interaction: Interaction, form: SentForm): Promise<void> => {
      const tried = await attemptOf(ctx, form, interaction.service.id)
      if (tried.kind === 'shown') return show(ctx, interaction, tried.shown)
      return signedIn(ctx, interaction, form, tried.outcome)
    }

    /** Where the service said, or where alone the level that it asks for can be had: there is nothing to choose. */
    const onlyWay = (ctx: Context, interaction: Interaction): string | undefined => {
      if (ctx.query.autrement !== undefined || interaction.chosen) return undefined
      const offered = upstreams.offered(ctx, interaction.uid, interaction.acrs)
      const hinted = offered.find(({ id }) => id === interaction.upstreamHint)
      const only = passwordServes(interaction) || offered.length !== 1 ? undefined : offered[0]
      return (hinted ?? only)?.href
    }

    router.get(path, async ctx => {
      const interaction = await requests.open(ctx)
      if (!interaction) return
      const href = onlyWay(ctx, interaction)
      if (href !== undefined) return desk.redirect(ctx, href)
      await show(ctx, interaction)
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
