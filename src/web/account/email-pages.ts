import type Router from '@koa/router'
import type { Context } from 'koa'
import type { makeChangeEmail } from '../../accounts/own/change-email.ts'
import { normaliseEmail, parseEmail } from '../../identity/email.ts'
import { ambientOf } from '../../operations/ambient.ts'
import { emailFault } from '../faults.ts'
import type { Fields } from '../kit/body.ts'
import type { Desk, SentForm } from '../kit/desk.ts'
import { waitUntil } from '../kit/wait.ts'
import { type Fault, type OwnEmailModel, PATHS } from '../views/models.ts'
import { makeOwnSession, type OwnSession, type OwnSessionNeeds } from './session.ts'

export type OwnEmailPageNeeds = OwnSessionNeeds & {
  readonly desk: Desk
  readonly changeEmail: ReturnType<typeof makeChangeEmail>['changeEmail']
  readonly confirmAgain: ReturnType<typeof makeChangeEmail>['confirmAgain']
}

type EmailFault = Fault<'email' | 'emailConfirmation'>

const read = (fields: Fields): { readonly email: string } | { readonly fault: EmailFault } => {
  const parsed = parseEmail(fields.email ?? '')
  if (!parsed.ok) return { fault: emailFault(parsed.fault) }
  const again = parseEmail(fields.emailConfirmation ?? '')
  if (again.ok && normaliseEmail(again.email) === normaliseEmail(parsed.email)) return { email: parsed.email }
  return { fault: { field: 'emailConfirmation', key: 'fault.emailConfirmation.different' } }
}

/** `/compte/courriel`: another address, by whom an upstream has just vouched for; and its confirmation asked for again. */
export const ownEmailPages =
  (needs: OwnEmailPageNeeds) =>
  (router: Router): void => {
    const { desk, clock, changeEmail, confirmAgain } = needs
    const { signedIn, vouchedFor } = makeOwnSession(needs)
    const path = PATHS.ownEmail

    const show = (ctx: Context, shown: Partial<OwnEmailModel>, status = 200, formId?: string): void => {
      const model: OwnEmailModel = { values: { email: '', emailConfirmation: '' }, faults: [], ...shown }
      desk.show(ctx, 'ownEmail', model, { form: 'ownEmail', formId, signedIn: true, status })
    }

    const throttled = (ctx: Context, until: Date, shown: Partial<OwnEmailModel>): void => {
      const wait = waitUntil(until, clock())
      ctx.set('Retry-After', String(wait.seconds))
      show(ctx, { ...shown, throttled: wait }, 429)
    }

    const change = async (ctx: Context, { fields, formId }: SentForm, { accountId }: OwnSession): Promise<void> => {
      const values = { email: fields.email ?? '', emailConfirmation: fields.emailConfirmation ?? '' }
      const typed = read(fields)
      if ('fault' in typed) return show(ctx, { values, faults: [typed.fault] }, 422, formId)
      const outcome = await changeEmail({ accountId, email: typed.email, request: ambientOf(ctx.req).requestId })
      if (outcome.kind === 'throttled') return throttled(ctx, outcome.until, { values })
      desk.redirect(ctx, `${PATHS.connections}?${outcome.kind === 'changed' ? 'courriel' : ''}`)
    }

    router.get(path, async ctx => {
      if (await vouchedFor(ctx, 'email')) show(ctx, {})
    })

    router.post(path, async ctx => {
      const form = await desk.form(ctx, 'ownEmail')
      const session = form && (await vouchedFor(ctx, 'email'))
      if (!session) return
      if (form.stale)
        return show(ctx, { values: { email: '', emailConfirmation: '', ...form.fields }, formTooOld: true }, 403)
      await change(ctx, form, session)
    })

    router.post(`${path}/renvoi`, async ctx => {
      const form = await desk.form(ctx, 'connections')
      const session = form && (await signedIn(ctx, 'connections'))
      if (!session) return
      if (form.stale) return desk.redirect(ctx, PATHS.connections)
      const outcome = await confirmAgain(session.accountId)
      if (outcome.kind === 'throttled') return throttled(ctx, outcome.until, {})
      desk.redirect(ctx, `${PATHS.connections}?courriel`)
    })
  }
