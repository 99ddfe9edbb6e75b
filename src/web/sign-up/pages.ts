import type Router from '@koa/router'
import type { Context } from 'koa'
import type { makeSignUp } from '../../accounts/sign-up/sign-up.ts'
import type { Interaction, Interactions, ServiceView } from '../../oidc/contracts.ts'
import { ambientOf } from '../../operations/ambient.ts'
import type { Control } from '../challenge/control.ts'
import type { Cookies } from '../kit/cookies.ts'
import type { Desk, SentForm } from '../kit/desk.ts'
import { param, type Requests } from '../kit/requests.ts'
import type { Submissions } from '../kit/submissions.ts'
import type { TermsShown } from '../kit/terms.ts'
import { isLanguage, speak } from '../middleware/language.ts'
import type { Fault, SignUpField } from '../views/models.ts'
import { parseSignUp, type SignUpForm, type SignUpRules, TEXT_FIELDS } from './form.ts'
import type { Hardening } from './hardening.ts'
import { rememberSignUp } from './journey.ts'
import type { makeShowForm } from './shown.ts'

export type SignUpPageNeeds = {
  readonly desk: Desk
  readonly cookies: Cookies
  readonly requests: Requests
  readonly interactions: Interactions
  readonly control: Control
  readonly submissions: Submissions
  readonly showForm: ReturnType<typeof makeShowForm>
  readonly rules: SignUpRules
  readonly signUp: ReturnType<typeof makeSignUp>
  readonly claimedOften: (nir: string) => Promise<boolean>
  readonly termsShown: TermsShown
  readonly hardening: Hardening
}

type Standing = { readonly interaction: Interaction | undefined; readonly service: ServiceView | undefined }

/** Buttons that only change what the form shows. */
const SHOWS_AGAIN = ['audio', 'picture', 'renew', 'searchTowns', 'abroad', 'language']

const asked = (faults: readonly Fault<SignUpField>[]): readonly Fault<SignUpField>[] =>
  faults.some(fault => fault.field === 'password' || fault.field === 'passwordConfirmation')
    ? faults
    : [...faults, { field: 'password', key: 'fault.password.again' }]

/** `/inscription`, alone or within an authorisation request; a request that is over does not prevent the account. */
export const signUpPages =
  (needs: SignUpPageNeeds) =>
  (router: Router): void => {
    const { desk, cookies, requests, interactions, control, submissions, showForm, rules, signUp, termsShown } = needs

    const standingOf = async (ctx: Context): Promise<Standing> => {
      const uid = param(ctx, 'uid')
      const interaction = await requests.peek(ctx, uid)
      if (interaction || !uid) return { interaction, service: interaction?.service }
      const found = await interactions.find(ctx, uid)
      return { interaction: undefined, service: found.kind === 'found' ? undefined : found.service }
    }

    const cancel = async (ctx: Context, { interaction, service }: Standing): Promise<void> => {
      if (interaction) return desk.redirect(ctx, await interactions.answer(ctx, interaction.uid, { kind: 'denied' }))
      desk.redirect(ctx, service?.homePage ?? '/')
    }

    const mailboxPath = (ctx: Context) => {
      const uid = param(ctx, 'uid')
      return uid ? `/inscription/${uid}/messagerie` : '/inscription/messagerie'
    }

    const received = (ctx: Context, accountId: string, email: string, standing: Standing): void => {
      const uid = standing.interaction?.uid
      const serviceId = standing.service?.id
      rememberSignUp(ctx, cookies, {
        accountId,
        email,
        sent: 'first',
        ...(uid ? { uid } : {}),
        ...(serviceId ? { serviceId } : {}),
      })
      desk.redirect(ctx, mailboxPath(ctx))
    }

    const send = async (ctx: Context, form: SentForm, standing: Standing): Promise<void> => {
      const { fields, formId } = form
      const shown = { fields, formId, ...standing }
      const parsed = parseSignUp(fields, rules)
      if (fields.website)
        return showForm(ctx, { ...shown, faults: asked([{ field: 'challenge', key: 'fault.challenge.none' }]) })

      await submissions.once(ctx, form, {
        act: () => open(ctx, form, standing, parsed),
        again: accountId => received(ctx, accountId, parsed.ok ? parsed.person.email : '', standing),
      })
    }

    const open = async (ctx: Context, form: SentForm, standing: Standing, parsed: SignUpForm): Promise<void> => {
      const { fields, formId } = form
      const shown = { fields, formId, ...standing }
      const unproven = await control.judge(ctx, form)
      const faults = [...(parsed.ok ? [] : parsed.faults), ...(unproven ? [unproven] : [])]
      if (!parsed.ok || faults.length > 0) {
        return showForm(ctx, { ...shown, faults: inOrder(asked(faults)), moved: parsed.moved })
      }
      const { person, password } = parsed
      if (control.asks && (await needs.claimedOften(person.nir.number)) && (await needs.hardening.begin(formId))) {
        await control.spend(formId)
        return showForm(ctx, { ...shown, faults: asked([{ field: 'challenge', key: 'fault.challenge.next' }]) })
      }
      const { requestId, network, language } = ambientOf(ctx.req)
      const serviceId = standing.service?.id
      const terms = termsShown(ctx)
      const outcome = await signUp({ person, password, language, terms, serviceId, network, request: requestId })
      switch (outcome.kind) {
        case 'received':
          await control.spend(formId)
          await needs.hardening.end(formId)
          await submissions.done(form, outcome.accountId)
          return received(ctx, outcome.accountId, person.email, standing)
        case 'throttled':
          return showForm(ctx, { ...shown, status: 429, throttledUntil: outcome.until })
        case 'busy': {
          const { retryAfterSeconds } = outcome
          ctx.set('Retry-After', String(retryAfterSeconds))
          return showForm(ctx, { ...shown, status: 503, faults: asked([]), busySeconds: retryAfterSeconds })
        }
      }
    }

    const get = async (ctx: Context): Promise<void> => {
      const standing = await standingOf(ctx)
      const expired = param(ctx, 'uid') !== '' && !standing.interaction
      await showForm(ctx, {
        fields: {},
        formId: desk.newFormId(),
        ...standing,
        notices: expired ? ['notice.requestExpired'] : [],
      })
    }

    const post = async (ctx: Context): Promise<void> => {
      const form = await desk.form(ctx, 'signUp')
      if (!form) return
      const { fields, formId } = form
      const standing = await standingOf(ctx)
      if (fields.action === 'cancel') return cancel(ctx, standing)
      if (fields.action === 'language' && isLanguage(fields._language)) speak(ctx, cookies, fields._language)
      if (fields.action && SHOWS_AGAIN.includes(fields.action)) return showForm(ctx, { fields, formId, ...standing })
      if (form.stale) return showForm(ctx, { fields, formId, ...standing, notices: ['notice.formTooOld'], status: 403 })
      await send(ctx, form, standing)
    }

    router.get('/inscription', get)
    router.post('/inscription', post)
    router.get('/inscription/:uid', get)
    router.post('/inscription/:uid', post)
  }

const ORDER: readonly SignUpField[] = [...TEXT_FIELDS, 'password', 'passwordConfirmation', 'challenge', 'acceptTerms']

const inOrder = (faults: readonly Fault<SignUpField>[]): readonly Fault<SignUpField>[] =>
  [...faults].sort((one, other) => ORDER.indexOf(one.field) - ORDER.indexOf(other.field))
