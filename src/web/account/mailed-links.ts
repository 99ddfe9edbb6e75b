/** The links of mails about an account that is open: its address confirmed, the link of an identity undone. */
import type Router from '@koa/router'
import type { Context } from 'koa'
import type { makeConfirmEmail } from '../../accounts/linking/confirm-email.ts'
import type { makeUnlink } from '../../accounts/linking/unlink.ts'
import type { makeReadLink } from '../../accounts/read-link.ts'
import { ambientOf } from '../../operations/ambient.ts'
import type { Cookies } from '../kit/cookies.ts'
import type { Desk } from '../kit/desk.ts'
import { keepLink, keptLink, linkFormId } from '../kit/links.ts'
import type { Onward } from '../kit/onward.ts'
import { type AccountLinkDeadModel, PATHS } from '../views/models.ts'

export type MailedLinkPageNeeds = {
  readonly desk: Desk
  readonly cookies: Cookies
  readonly onward: Onward
  readonly readLink: ReturnType<typeof makeReadLink>
  /** Seconds that each link lives. */
  readonly lifetimes: { readonly email: number; readonly undo: number }
  readonly confirmEmail: ReturnType<typeof makeConfirmEmail>
  readonly undoLink: ReturnType<typeof makeUnlink>['undo']
}

type Dead = 'expired' | 'replaced' | 'used' | 'voided' | 'unknown'

export const mailedLinkPages =
  ({ desk, cookies, onward, readLink, lifetimes, confirmEmail, undoLink }: MailedLinkPageNeeds) =>
  (router: Router): void => {
    /** A link that is worth nothing any more. What it was for is done by signing in, and asking there. */
    const dead = (ctx: Context, purpose: 'email' | 'undo', kind: Dead): void => {
      const reason = kind === 'unknown' ? 'incomplete' : kind
      const model: AccountLinkDeadModel = {
        purpose,
        reason,
        lifetimeSeconds: lifetimes[purpose],
        signInHref: PATHS.signIn,
      }
      desk.show(ctx, 'accountLinkDead', model, { status: kind === 'unknown' ? 404 : 410 })
    }

    const formOf = (token: string, form: string) => ({ form, formId: linkFormId(token) })

    const page = (path: string, purpose: 'email' | 'undo', shown: 'confirmEmail' | 'undoLink') =>
      router.get(path, async ctx => {
        if (keepLink(ctx, cookies, purpose)) return desk.redirect(ctx, path)
        const token = keptLink(ctx, cookies, purpose)
        const read = await readLink(purpose, token)
        if (read.kind !== 'open') return dead(ctx, purpose, read.kind)
        desk.show(ctx, shown, {}, formOf(token, shown))
      })

    page(PATHS.confirmEmail, 'email', 'confirmEmail')
    router.post(PATHS.confirmEmail, async ctx => {
      const form = await desk.form(ctx, 'confirmEmail')
      if (!form) return
      const token = keptLink(ctx, cookies, 'email', form)
      if (form.stale) return desk.redirect(ctx, PATHS.confirmEmail)
      const outcome = await confirmEmail(token, ambientOf(ctx.req).requestId)
      if (outcome.kind !== 'confirmed') return dead(ctx, 'email', outcome.kind)
      const { href, service } = await onward(outcome.cameFrom)
      desk.show(ctx, 'emailConfirmed', { onwardHref: href, onward: service ? 'service' : 'signIn' }, { service })
    })

    page(PATHS.undoLink, 'undo', 'undoLink')
    router.post(PATHS.undoLink, async ctx => {
      const form = await desk.form(ctx, 'undoLink')
      if (!form) return
      const token = keptLink(ctx, cookies, 'undo', form)
      if (form.stale) return desk.redirect(ctx, PATHS.undoLink)
      const outcome = await undoLink(token, ambientOf(ctx.req).requestId)
      switch (outcome.kind) {
        case 'unlinked':
          return desk.show(ctx, 'linkUndone', { outcome: 'undone', signInHref: PATHS.signIn })
        case 'lastWayIn':
        case 'none':
        case 'frozen':
          return desk.show(ctx, 'linkUndone', { outcome: outcome.kind, signInHref: PATHS.signIn }, { status: 409 })
        default:
          return dead(ctx, 'undo', outcome.kind)
      }
    })
  }
