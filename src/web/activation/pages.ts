import type Router from '@koa/router'
import type { Context } from 'koa'
import { accountOfToken } from '../../accounts/links.ts'
import type { makeReadLink, makeRenewLink } from '../../accounts/read-link.ts'
import { rememberDevice } from '../../accounts/sign-in/devices.ts'
import type { makeActivate } from '../../accounts/sign-up/activate.ts'
import type { makeDisown } from '../../accounts/sign-up/disown.ts'
import type { Interactions } from '../../oidc/contracts.ts'
import { ambientOf } from '../../operations/ambient.ts'
import type { Upstreams } from '../federation/upstreams.ts'
import type { Cookies } from '../kit/cookies.ts'
import type { Desk } from '../kit/desk.ts'
import type { Devices } from '../kit/devices.ts'
import { keepLink, keptLink, type LinkSeconds, linkFormId } from '../kit/links.ts'
import type { Onward } from '../kit/onward.ts'
import type { Requests } from '../kit/requests.ts'
import type { Submissions } from '../kit/submissions.ts'
import { waitUntil } from '../kit/wait.ts'
import { SENT_PATHS } from '../recovery/sent.ts'
import { forgetSignUp, signUpOf } from '../sign-up/journey.ts'
import { type ActivationModel, PATHS } from '../views/models.ts'

export type ActivationPageNeeds = {
  readonly desk: Desk
  readonly cookies: Cookies
  readonly requests: Requests
  readonly interactions: Interactions
  readonly onward: Onward
  readonly readLink: ReturnType<typeof makeReadLink>
  readonly renewLink: ReturnType<typeof makeRenewLink>
  readonly activate: ReturnType<typeof makeActivate>
  readonly disown: ReturnType<typeof makeDisown>
  readonly devices: Devices
  readonly submissions: Pick<Submissions, 'click'>
  readonly linkSeconds: LinkSeconds
  readonly upstreams: Upstreams
  readonly clock: () => Date
}

const PATH = '/activation'

/** The mailed link: a page with a button (mail filters open links), whose POST activates, given proof of having filled in the form. */
export const activationPages =
  (needs: ActivationPageNeeds) =>
  (router: Router): void => {
    const { desk, cookies, requests, interactions, onward, readLink, renewLink, activate, disown, clock } = needs
    const { devices, linkSeconds, submissions } = needs
    const newLinkHref = `${PATH}/nouveau-lien`

    const dead = (ctx: Context, token: string, kind: 'expired' | 'replaced' | 'used' | 'voided' | 'unknown'): void => {
      const form = { form: 'newLink', formId: linkFormId(token) }
      if (kind === 'unknown') {
        return desk.show(ctx, 'linkIncomplete', { newLinkHref: '/inscription/renvoi' }, { status: 404 })
      }
      if (kind === 'used') {
        const model = { purpose: 'activation', signInHref: PATHS.signIn, newLinkHref } as const
        return desk.show(ctx, 'linkUsed', model, { status: 410, ...form })
      }
      // whoever holds a link that was replaced proves nothing by it: they ask as anybody does
      const href = kind === 'replaced' ? '/inscription/renvoi' : newLinkHref
      const model = { reason: kind, lifetimeSeconds: linkSeconds.activation, newLinkHref: href }
      desk.show(ctx, 'linkExpired', model, { status: 410, ...form })
    }

    const show = (ctx: Context, token: string, model: ActivationModel, status = 200): void =>
      desk.show(ctx, 'activation', model, { form: 'activation', formId: linkFormId(token), status })

    /** The browser that signed up goes on with its own request; any other is led to sign in. */
    const activated = async (
      ctx: Context,
      done: { accountId: string; sameBrowser: boolean; cameFrom: string | undefined },
    ): Promise<void> => {
      if (done.sameBrowser) devices.keep(ctx, rememberDevice(devices.kept(ctx), done.accountId))
      const uid = done.sameBrowser ? signUpOf(ctx, cookies, done.accountId)?.uid : undefined
      const interaction = await requests.peek(ctx, uid)
      if (interaction && (interaction.prompt === 'create' || interaction.prompt === 'login')) {
        const signedIn = { accountId: done.accountId, acr: 'eidas1', amr: ['pwd'], at: clock() } as const
        const kind = interaction.prompt
        const onwardHref = await interactions.answer(ctx, interaction.uid, { kind, signedIn })
        const { service } = interaction
        return desk.show(ctx, 'activated', { onwardHref, onward: 'service' }, { service })
      }
      const way = await onward(done.cameFrom)
      desk.show(
        ctx,
        'activated',
        { onwardHref: way.href, onward: way.service ? 'service' : 'signIn' },
        { service: way.service },
      )
    }

    router.get(PATH, async ctx => {
      if (keepLink(ctx, cookies, 'activation')) return desk.redirect(ctx, PATH)
      const token = keptLink(ctx, cookies, 'activation')
      const read = await readLink('activation', token)
      if (read.kind !== 'open') return dead(ctx, token, read.kind)
      show(ctx, token, { sameBrowser: signUpOf(ctx, cookies, read.accountId) !== undefined, faults: [] })
    })

    router.post(PATH, async ctx => {
      const form = await desk.form(ctx, 'activation')
      if (!form) return
      const token = keptLink(ctx, cookies, 'activation', form)
      const { requestId: request, network } = ambientOf(ctx.req)
      const accountId = accountOfToken(token)
      const sameBrowser = accountId !== undefined && signUpOf(ctx, cookies, accountId) !== undefined
      if (form.stale) {
        const read = await readLink('activation', token)
        if (read.kind !== 'open') return dead(ctx, token, read.kind)
        return show(ctx, token, { sameBrowser, faults: [] }, 403)
      }
      if (form.fields.action === 'disown') {
        const outcome = await disown({ token, request })
        if (outcome.kind === 'unknown' || outcome.kind === 'used') return dead(ctx, token, outcome.kind)
        if (sameBrowser) forgetSignUp(ctx, cookies, accountId)
        return desk.show(ctx, 'activationErased', { homeHref: PATHS.home })
      }
      const password = form.fields.password ?? ''
      if (!sameBrowser && password === '') {
        return show(ctx, token, { sameBrowser, faults: [{ field: 'password', key: 'fault.password.enter' }] }, 422)
      }
      const proof = sameBrowser ? ({ kind: 'browser', accountId } as const) : ({ kind: 'password', password } as const)
      const outcome = await activate({ token, proof, network, request })
      switch (outcome.kind) {
        case 'activated':
        case 'alreadyActive':
          return activated(ctx, outcome)
        case 'cannotFinish':
          return desk.show(
            ctx,
            'cannotFinish',
            { signInHref: PATHS.signIn, recoveryHref: PATHS.recovery, upstreams: needs.upstreams.offered(ctx) },
            { status: 409 },
          )
        case 'passwordNeeded':
          return show(ctx, token, { sameBrowser: false, faults: [] })
        case 'wrongPassword':
          return show(
            ctx,
            token,
            { sameBrowser, faults: [{ field: 'password', key: 'fault.password.notChosen' }] },
            422,
          )
        case 'throttled': {
          const throttled = waitUntil(outcome.until, clock())
          ctx.set('Retry-After', String(throttled.seconds))
          return show(ctx, token, { sameBrowser, faults: [], throttled }, 429)
        }
        case 'busy':
          return desk.error(ctx, 'BUSY', { waitSeconds: outcome.retryAfterSeconds })
        default:
          return dead(ctx, token, outcome.kind)
      }
    })

    router.post(newLinkHref, async ctx => {
      const form = await desk.form(ctx, 'newLink')
      if (!form) return
      const token = keptLink(ctx, cookies, 'activation', form)
      if (token === '') return desk.redirect(ctx, '/inscription/renvoi')
      if (form.stale) return desk.redirect(ctx, PATH)
      await submissions.click(form, () => renewLink('activation', token))
      desk.redirect(ctx, SENT_PATHS.resend)
    })
  }
