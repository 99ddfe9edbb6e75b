import type Router from '@koa/router'
import type { Context } from 'koa'
import type { makeReadLink, makeRenewLink } from '../../accounts/read-link.ts'
import type { makeRecover } from '../../accounts/recovery/recover.ts'
import { rememberDevice } from '../../accounts/sign-in/devices.ts'
import { ambientOf } from '../../operations/ambient.ts'
import type { PasswordFault } from '../../protection/password-policy.ts'
import { passwordFault } from '../faults.ts'
import { FEDERATION_PATHS } from '../federation/upstreams.ts'
import type { Cookies } from '../kit/cookies.ts'
import type { Desk, SentForm } from '../kit/desk.ts'
import type { Devices } from '../kit/devices.ts'
import { keepLink, keptLink, type LinkSeconds, linkFormId } from '../kit/links.ts'
import type { Onward } from '../kit/onward.ts'
import type { Requests } from '../kit/requests.ts'
import type { Submissions } from '../kit/submissions.ts'
import { type NewPasswordModel, PATHS } from '../views/models.ts'
import { SENT_PATHS } from './sent.ts'

export type NewPasswordPageNeeds = {
  readonly desk: Desk
  readonly cookies: Cookies
  readonly requests: Pick<Requests, 'peek'>
  readonly onward: Onward
  readonly readLink: ReturnType<typeof makeReadLink>
  readonly renewLink: ReturnType<typeof makeRenewLink>
  readonly linkSeconds: LinkSeconds
  readonly submissions: Submissions
  readonly devices: Devices
  readonly recover: ReturnType<typeof makeRecover<readonly PasswordFault[]>>
}

const PATH = `${PATHS.recovery}/nouveau`

/** The mailed link of a recovery: a new password; nobody is signed in by it. */
export const newPasswordPages =
  ({
    desk,
    cookies,
    requests,
    onward,
    readLink,
    renewLink,
    submissions,
    recover,
    devices,
    linkSeconds,
  }: NewPasswordPageNeeds) =>
  (router: Router): void => {
    const newLinkHref = `${PATH}/lien`

    const dead = (ctx: Context, token: string, kind: 'expired' | 'replaced' | 'used' | 'voided' | 'unknown'): void => {
      const form = { form: 'newLink', formId: linkFormId(token) }
      if (kind === 'unknown') return desk.show(ctx, 'linkIncomplete', { newLinkHref: PATHS.recovery }, { status: 404 })
      if (kind === 'used') {
        const model = { purpose: 'recovery', signInHref: PATHS.signIn, newLinkHref } as const
        return desk.show(ctx, 'linkUsed', model, { status: 410, ...form })
      }
      // whoever holds a link that was replaced proves nothing by it: they ask as anybody does
      const href = kind === 'replaced' ? PATHS.recovery : newLinkHref
      const model = { reason: kind, lifetimeSeconds: linkSeconds.recovery, newLinkHref: href }
      desk.show(ctx, 'linkExpired', model, { status: 410, ...form })
    }

    const show = (ctx: Context, token: string, model: NewPasswordModel, status = 200): void =>
      desk.show(ctx, 'newPassword', model, { form: 'newPassword', formId: linkFormId(token), status })

    const changed = async (ctx: Context, cameFrom: string | undefined): Promise<void> => {
      // a person who was linking an identity to this account goes on with that
      const uid = cookies.open(ctx, 'linking')
      const linking = typeof uid === 'string' ? await requests.peek(ctx, uid) : undefined
      if (linking) {
        const model = { signInHref: FEDERATION_PATHS.link(linking.uid) }
        return desk.show(ctx, 'passwordChanged', model, { service: linking.service })
      }
      const way = await onward(cameFrom)
      desk.show(ctx, 'passwordChanged', { signInHref: way.href }, { service: way.service })
    }

    const change = async (ctx: Context, form: SentForm, token: string): Promise<void> => {
      const { password = '', passwordConfirmation = '' } = form.fields
      if (password !== '' && password !== passwordConfirmation) {
        const differs = { field: 'passwordConfirmation', key: 'fault.passwordConfirmation.different' } as const
        return show(ctx, token, { faults: [differs] }, 422)
      }
      const outcome = await recover({ token, password, request: ambientOf(ctx.req).requestId })
      switch (outcome.kind) {
        case 'changed':
          // a browser of their own from now on: whoever guesses at their number cannot keep them waiting at the door
          devices.keep(ctx, rememberDevice(devices.kept(ctx), outcome.accountId))
          await submissions.done(form, outcome.cameFrom ?? '')
          return changed(ctx, outcome.cameFrom)
        case 'weak':
          return show(ctx, token, { faults: outcome.faults.map(passwordFault) }, 422)
        case 'busy':
          return desk.error(ctx, 'BUSY', { waitSeconds: outcome.retryAfterSeconds })
        default:
          return dead(ctx, token, outcome.kind)
      }
    }

    router.get(PATH, async ctx => {
      if (keepLink(ctx, cookies, 'recovery')) return desk.redirect(ctx, PATH)
      const token = keptLink(ctx, cookies, 'recovery')
      const read = await readLink('recovery', token)
      if (read.kind !== 'open') return dead(ctx, token, read.kind)
      show(ctx, token, { faults: [] })
    })

    router.post(PATH, async ctx => {
      const form = await desk.form(ctx, 'newPassword')
      if (!form) return
      const token = keptLink(ctx, cookies, 'recovery', form)
      if (form.stale) {
        const read = await readLink('recovery', token)
        if (read.kind !== 'open') return dead(ctx, token, read.kind)
        return show(ctx, token, { faults: [], formTooOld: true }, 403)
      }
      await submissions.once(ctx, form, {
        act: () => change(ctx, form, token),
        again: cameFrom => changed(ctx, cameFrom || undefined),
      })
    })

    router.post(newLinkHref, async ctx => {
      const form = await desk.form(ctx, 'newLink')
      if (!form) return
      const token = keptLink(ctx, cookies, 'recovery', form)
      if (token === '') return desk.redirect(ctx, PATHS.recovery)
      if (form.stale) return desk.redirect(ctx, PATH)
      await submissions.click(form, () => renewLink('recovery', token))
      desk.redirect(ctx, SENT_PATHS.recovery)
    })
  }
