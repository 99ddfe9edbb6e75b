import type Router from '@koa/router'
import type { Context } from 'koa'
import type { makeSetPassword } from '../../accounts/own/set-password.ts'
import { ambientOf } from '../../operations/ambient.ts'
import type { PasswordFault } from '../../protection/password-policy.ts'
import { passwordFault } from '../faults.ts'
import type { Desk, SentForm } from '../kit/desk.ts'
import type { Submissions } from '../kit/submissions.ts'
import { type NewPasswordModel, PATHS } from '../views/models.ts'
import { makeOwnSession, type OwnSession, type OwnSessionNeeds } from './session.ts'

export type OwnPasswordPageNeeds = OwnSessionNeeds & {
  readonly desk: Desk
  readonly submissions: Submissions
  readonly setPassword: ReturnType<typeof makeSetPassword<readonly PasswordFault[]>>
}

/** `/compte/mot-de-passe`: a password, chosen by whom an upstream has just vouched for. */
export const ownPasswordPages =
  (needs: OwnPasswordPageNeeds) =>
  (router: Router): void => {
    const { desk, submissions, setPassword } = needs
    const { vouchedFor } = makeOwnSession(needs)
    const path = PATHS.ownPassword

    const show = (ctx: Context, model: NewPasswordModel, status = 200, formId?: string): void =>
      desk.show(ctx, 'newPassword', model, { form: 'ownPassword', formId, signedIn: true, status })

    const changed = (ctx: Context): void => desk.show(ctx, 'passwordChanged', { signInHref: PATHS.signIn })

    const set = async (ctx: Context, form: SentForm, { accountId }: OwnSession): Promise<void> => {
      const { password = '', passwordConfirmation = '' } = form.fields
      if (password !== '' && password !== passwordConfirmation) {
        const differs = { field: 'passwordConfirmation', key: 'fault.passwordConfirmation.different' } as const
        return show(ctx, { faults: [differs] }, 422, form.formId)
      }
      const outcome = await setPassword({ accountId, password, request: ambientOf(ctx.req).requestId })
      switch (outcome.kind) {
        case 'changed':
          await submissions.done(form, '')
          return changed(ctx)
        case 'weak':
          return show(ctx, { faults: outcome.faults.map(passwordFault) }, 422, form.formId)
        case 'busy':
          return desk.error(ctx, 'BUSY', { waitSeconds: outcome.retryAfterSeconds })
        case 'gone':
          return desk.redirect(ctx, PATHS.signIn)
        case 'frozen':
          return desk.redirect(ctx, PATHS.connections)
      }
    }

    router.get(path, async ctx => {
      if (await vouchedFor(ctx, 'password')) show(ctx, { faults: [] })
    })

    router.post(path, async ctx => {
      const form = await desk.form(ctx, 'ownPassword')
      if (!form) return
      await submissions.once(ctx, form, {
        act: async () => {
          const session = await vouchedFor(ctx, 'password')
          if (!session) return
          if (form.stale) return show(ctx, { faults: [], formTooOld: true }, 403)
          await set(ctx, form, session)
        },
        again: () => changed(ctx),
      })
    })
  }
