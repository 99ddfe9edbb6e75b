import type Router from '@koa/router'
import type { Context } from 'koa'
import type { makeReadLink, makeRenewLink } from '../../accounts/read-link.ts'
import { rememberDevice } from '../../accounts/sign-in/devices.ts'
import type { makeActivate } from '../../accounts/sign-up/activate.ts'
import type { makeDisown } from '../../accounts/sign-up/disown.ts'
import type { Interactions } from '../../oidc/contracts.ts'
import { ambientOf } from '../../operations/ambient.ts'
import type { Cookies } from '../kit/cookies.ts'
import type { Desk } from '../kit/desk.ts'
import { keepDevices, keptDevices } from '../kit/devices.ts'
import { keepLink, keptLink, LINK_LIFETIME } from '../kit/links.ts'
import type { Onward } from '../kit/onward.ts'
import type { Requests } from '../kit/requests.ts'
import { rememberedSignUp } from '../sign-up/journey.ts'
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
  readonly clock: () => Date
}

const PATH = '/activation'

/** The mailed link: a page with a button (mail filters open links), whose POST activates, given proof of having filled in the form. */
export const activationPages =
  (needs: ActivationPageNeeds) =>
  (router: Router): void => {
    const { desk, cookies, requests, interactions, onward, readLink, renewLink, activate, disown, clock } = needs
    const newLinkHref = `${PATH}/nouveau-lien`

    const dead = (ctx: Context, kind: 'expired' | 'used' | 'voided' | 'unknown'): void => {
      if (kind === 'unknown') {
        return desk.show(ctx, 'linkIncomplete', { newLinkHref: '/inscription/renvoi' }, { status: 404 })
      }
      if (kind === 'used') {
        const model = { purpose: 'activation', signInHref: PATHS.signIn, newLinkHref } as const
        return desk.show(ctx, 'linkUsed', model, { status: 410, form: 'newLink' })
      }
      const model = { lifetimeSeconds: LINK_LIFETIME.activation, newLinkHref }
      desk.show(ctx, 'linkExpired', model, { status: 410, form: 'newLink' })
    }

    const show = (ctx: Context, model: ActivationModel, status = 200): void =>
      desk.show(ctx, 'activation', model, { form: 'activation', status })

    const isSameBrowser = (ctx: Context, accountId: string): boolean =>
      rememberedSignUp(ctx, cookies)?.accountId === accountId

    /** The browser that signed up goes on with its own request; any other is led to sign in. */
    const activated = async (
      ctx: Context,
      done: { accountId: string; sameBrowser: boolean; cameFrom: string | undefined },
    ): Promise<void> => {
      const journey = rememberedSignUp(ctx, cookies)
      cookies.clear(ctx, 'activation')
      if (done.sameBrowser) keepDevices(ctx, cookies, rememberDevice(keptDevices(ctx, cookies), done.accountId))
      const uid = done.sameBrowser && journey?.accountId === done.accountId ? journey.uid : undefined
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
      if (read.kind !== 'open') return dead(ctx, read.kind)
      show(ctx, { sameBrowser: isSameBrowser(ctx, read.accountId), faults: [] })
    })

    router.post(PATH, async ctx => {
      const form = await desk.form(ctx, 'activation')
      if (!form) return
      const token = keptLink(ctx, cookies, 'activation')
      const { requestId: request, network } = ambientOf(ctx.req)
      const journey = rememberedSignUp(ctx, cookies)
      const read = await readLink('activation', token)
      const sameBrowser = journey !== undefined && token !== '' && isOf(token, journey.accountId)
      if (form.stale) return read.kind === 'open' ? show(ctx, { sameBrowser, faults: [] }, 403) : dead(ctx, read.kind)
      if (form.fields.action === 'disown') {
        const outcome = await disown({ token, request })
        if (outcome.kind === 'unknown' || outcome.kind === 'used') return dead(ctx, outcome.kind)
        cookies.clear(ctx, 'activation')
        if (sameBrowser) cookies.clear(ctx, 'signUp')
        return desk.show(ctx, 'activationErased', { homeHref: PATHS.home })
      }
      const password = form.fields.password ?? ''
      if (!sameBrowser && password === '') {
        return show(ctx, { sameBrowser, faults: [{ field: 'password', key: 'fault.password.enter' }] }, 422)
      }
      const proof = sameBrowser
        ? ({ kind: 'browser', accountId: journey.accountId } as const)
        : ({ kind: 'password', password } as const)
      const outcome = await activate({ token, proof, network, request })
      switch (outcome.kind) {
        case 'activated':
        case 'alreadyActive':
          return activated(ctx, outcome)
        case 'cannotFinish':
          return desk.show(
            ctx,
            'cannotFinish',
            { signInHref: PATHS.signIn, recoveryHref: PATHS.recovery, upstreams: [] },
            { status: 409 },
          )
        case 'passwordNeeded':
          return show(ctx, { sameBrowser: false, faults: [] })
        case 'wrongPassword':
          return show(ctx, { sameBrowser, faults: [{ field: 'password', key: 'fault.password.notChosen' }] }, 422)
        case 'throttled': {
          const seconds = Math.max(1, Math.ceil((outcome.until.getTime() - clock().getTime()) / 1000))
          ctx.set('Retry-After', String(seconds))
          return show(ctx, { sameBrowser, faults: [], throttled: { seconds, until: outcome.until } }, 429)
        }
        case 'busy':
          return desk.error(ctx, 'BUSY', { waitSeconds: outcome.retryAfterSeconds })
        default:
          return dead(ctx, outcome.kind)
      }
    })

    router.post(newLinkHref, async ctx => {
      const form = await desk.form(ctx, 'newLink')
      if (!form) return
      const token = keptLink(ctx, cookies, 'activation')
      if (token === '') return desk.redirect(ctx, '/inscription/renvoi')
      if (!form.stale) await renewLink('activation', token)
      desk.show(ctx, 'resendSent', { signInHref: PATHS.signIn, upstreams: [] })
    })
  }

/** The token's first 16 bytes are the account's id: whose sign-up it was is known without a look-up. */
const isOf = (token: string, accountId: string): boolean =>
  Buffer.from(token, 'base64url').subarray(0, 16).toString('base64url') === accountId
