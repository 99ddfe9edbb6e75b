import type Router from '@koa/router'
import type { Context } from 'koa'
import type { makeCorrectAddress, makeResendActivation } from '../../accounts/sign-up/mail-again.ts'
import { normaliseEmail, parseEmail } from '../../identity/email.ts'
import { suggestEmail } from '../../identity/email-suggestion.ts'
import { ambientOf } from '../../operations/ambient.ts'
import type { AccountId } from '../../stores/contracts.ts'
import { emailFault } from '../faults.ts'
import type { Fields } from '../kit/body.ts'
import type { Cookies } from '../kit/cookies.ts'
import type { Desk } from '../kit/desk.ts'
import { aside, param, type Requests } from '../kit/requests.ts'
import type { Submissions } from '../kit/submissions.ts'
import { type CheckMailboxModel, PATHS } from '../views/models.ts'
import { latestSignUp, rememberSignUp, type SignUpJourney, signUpFormId, signUpOfForm } from './journey.ts'

type Correction = CheckMailboxModel['correction']
const NONE: Correction = { email: '', emailConfirmation: '', faults: [] }

const correctionOf = (fields: Fields): Correction & { readonly right?: string } => {
  const { email = '', emailConfirmation = '' } = fields
  const parsed = parseEmail(email)
  if (!parsed.ok) return { email, emailConfirmation, faults: [emailFault(parsed.fault)] }
  const again = parseEmail(emailConfirmation)
  const same = again.ok && normaliseEmail(again.email) === normaliseEmail(parsed.email)
  if (same) return { ...NONE, right: parsed.email }
  return {
    email,
    emailConfirmation,
    faults: [{ field: 'emailConfirmation', key: 'fault.emailConfirmation.different' }],
  }
}

export type CheckMailboxPageNeeds = {
  readonly desk: Desk
  readonly cookies: Cookies
  readonly requests: Requests
  readonly submissions: Pick<Submissions, 'click'>
  readonly resendActivation: ReturnType<typeof makeResendActivation>
  readonly correctAddress: ReturnType<typeof makeCorrectAddress>
  /** Whether the account was activated since, in another tab or on a telephone. */
  readonly isActive: (account: AccountId) => Promise<boolean>
}

/** « Consultez votre messagerie »: the same page whoever it is, with « Renvoyer le courriel » and « Corriger l'adresse ». */
export const checkMailboxPages =
  ({ desk, cookies, requests, submissions, resendActivation, correctAddress, isActive }: CheckMailboxPageNeeds) =>
  (router: Router): void => {
    const show = async (ctx: Context, journey: SignUpJourney, correction: Correction = NONE): Promise<void> => {
      const interaction = await requests.peek(ctx, param(ctx, 'uid'))
      const model: CheckMailboxModel = {
        email: journey.email,
        emailSuggestion: suggestEmail(journey.email),
        sent: journey.sent,
        correction,
        signInHref: interaction ? `/connexion/${interaction.uid}` : PATHS.signIn,
      }
      const status = correction.faults.length > 0 ? 422 : 200
      const form = { form: 'checkMailbox', formId: signUpFormId(journey) }
      desk.show(ctx, 'checkMailbox', model, { ...aside(interaction), ...form, status })
    }

    const signInHref = (ctx: Context): string => {
      const uid = param(ctx, 'uid')
      return uid ? `/connexion/${uid}` : PATHS.signIn
    }

    const get = async (ctx: Context): Promise<void> => {
      const journey = latestSignUp(ctx, cookies)
      if (!journey) return desk.redirect(ctx, PATHS.signUp)
      if (await isActive(journey.accountId)) return desk.redirect(ctx, signInHref(ctx))
      await show(ctx, journey)
      // said once: a reload sends nothing again
      if (journey.sent !== 'first') rememberSignUp(ctx, cookies, { ...journey, sent: 'first' })
    }

    const post = async (ctx: Context): Promise<void> => {
      const form = await desk.form(ctx, 'checkMailbox')
      if (!form) return
      const standing = form.stale ? undefined : signUpOfForm(ctx, cookies, form.formId)
      const journey = standing ?? latestSignUp(ctx, cookies)
      if (!journey) return desk.redirect(ctx, PATHS.signUp)
      if (!standing) return show(ctx, journey)
      const { requestId: request, network } = ambientOf(ctx.req)
      if (form.fields.action !== 'correct') {
        await submissions.click(form, () => resendActivation({ accountId: journey.accountId, network }))
        rememberSignUp(ctx, cookies, { ...journey, sent: 'again' })
        return desk.redirect(ctx, ctx.path)
      }
      const { right, ...correction } = correctionOf(form.fields)
      if (right === undefined) return show(ctx, journey, correction)
      await correctAddress({ accountId: journey.accountId, email: right, network, request })
      rememberSignUp(ctx, cookies, { ...journey, email: right, sent: 'corrected', corrected: true })
      desk.redirect(ctx, ctx.path)
    }

    router.get('/inscription/messagerie', get)
    router.post('/inscription/messagerie', post)
    router.get('/inscription/:uid/messagerie', get)
    router.post('/inscription/:uid/messagerie', post)
  }
