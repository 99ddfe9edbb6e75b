import type Router from '@koa/router'
import type { Context } from 'koa'
import type { Arrival } from '../../accounts/linking/arrival.ts'
import type { Arrived } from '../../accounts/linking/arrive.ts'
import type { makeMove } from '../../accounts/linking/move.ts'
import type { AuditEvents } from '../../audit/events.ts'
import type { Brought } from '../../federation/federation.ts'
import { parsePivotIdentity } from '../../identity/pivot-identity.ts'
import type { Interaction } from '../../oidc/contracts.ts'
import { ambientOf } from '../../operations/ambient.ts'
import type { Cookies } from '../kit/cookies.ts'
import { keptLink } from '../kit/links.ts'
import { isLookAhead } from '../kit/look-ahead.ts'
import { param } from '../kit/requests.ts'
import type { FederationPageNeeds } from './needs.ts'
import { makeStop } from './stops.ts'
import { FEDERATION_PATHS } from './upstreams.ts'

export type BackPageNeeds = FederationPageNeeds & {
  readonly unverified: (
    upstream: string,
    why: AuditEvents['identity.unverified']['why'],
    request: string,
  ) => Promise<void>
  readonly cookies: Cookies
  readonly move: ReturnType<typeof makeMove>
  /** The upstreams whose session is ended as soon as the identity is read. */
  readonly endsAtOnce: (upstream: string) => boolean
  /** Somebody is signed in who has to show again who they are: whether the one vouched for is them. */
  readonly isThemself: (accountId: string, arrival: Arrival, request: string) => Promise<boolean>
}

const emailOf = ({ claims }: Brought): { readonly email?: string } =>
  typeof claims.email === 'string' && claims.email.length <= 254 ? { email: claims.email } : {}

const arrivalOf = (brought: Brought): Arrival | undefined => {
  const parsed = parsePivotIdentity(brought.claims)
  if (!parsed.ok) return undefined
  const { upstream, issuer, sub, acr, amr, at } = brought
  return { upstream, issuer, sub, acr, amr, identity: parsed.identity, at, ...emailOf(brought) }
}

/** Back from an upstream: known, and signed in; unknown, and asked one question; or not vouched for. */
export const federationBackPages =
  (needs: BackPageNeeds) =>
  (router: Router): void => {
    const { desk, requests, interactions, devices, federation, flights, arrivals, upstreams, upstreamSessions } = needs
    const { arrive, finishSignIn } = needs
    const stop = makeStop(needs)

    /** Onwards, by way of the upstream's own sign-out where the operator wants its session ended at once. */
    const go = async (ctx: Context, { upstream, idToken }: Brought, next: string): Promise<void> => {
      if (needs.endsAtOnce(upstream)) {
        return desk.redirect(ctx, await upstreamSessions.leaveAtOnce({ upstream, idToken }, next))
      }
      await upstreamSessions.keep(ctx, { upstream, idToken })
      desk.redirect(ctx, next)
    }

    const signedIn = async (ctx: Context, interaction: Interaction, brought: Brought, arrived: Arrived) => {
      const { accountId, acr, amr, at } = arrived
      devices.keep(ctx, arrived.devices)
      await go(ctx, brought, await finishSignIn(ctx, interaction, { accountId, acr, amr, at }))
    }

    /** The link mailed to the account's confirmed address was opened in this browser: the new identity opens it from now on. */
    const moved = async (ctx: Context, arrival: Arrival, request: string): Promise<boolean> => {
      const token = keptLink(ctx, needs.cookies, 'move')
      if (token === '') return false
      needs.cookies.clear(ctx, 'move')
      return (await needs.move(token, arrival, request)).kind === 'moved'
    }

    const identified = async (ctx: Context, interaction: Interaction, brought: Brought): Promise<void> => {
      const { upstream } = brought
      const request = ambientOf(ctx.req).requestId
      const arrival = arrivalOf(brought)
      if (!arrival) {
        await needs.unverified(upstream, 'claims', request)
        return stop(ctx, 'FEDERATION_UNAVAILABLE', interaction, upstream)
      }
      const session = await interactions.session(ctx)
      if (session && !(await needs.isThemself(session.accountId, arrival, request))) {
        return desk.redirect(ctx, await interactions.answer(ctx, interaction.uid, { kind: 'unmet' }))
      }
      const outcome = await arrive({
        arrival,
        devices: devices.kept(ctx),
        serviceId: interaction.service.id,
        request,
      })
      switch (outcome.kind) {
        case 'signedIn':
          return signedIn(ctx, interaction, brought, outcome)
        case 'suspended':
          return stop(ctx, 'FEDERATION_SUSPENDED', interaction, upstream)
        case 'unknown':
          if (await moved(ctx, arrival, request)) return identified(ctx, interaction, brought)
          await arrivals.keep(interaction.uid, { arrival, idToken: brought.idToken })
          return go(ctx, brought, FEDERATION_PATHS.question(interaction.uid))
      }
    }

    router.get('/fournisseurs/:upstream/retour', async ctx => {
      if (isLookAhead(ctx)) return
      const upstream = param(ctx, 'upstream')
      const { state } = ctx.query
      const found = typeof state === 'string' ? await flights.find(state) : undefined
      if (!found || typeof state !== 'string' || found.flight.upstream !== upstream || !upstreams.has(upstream)) {
        return desk.error(ctx, 'INTERACTION_OVER')
      }
      const interaction = await requests.open(ctx, found.uid)
      if (!interaction) return
      // a second click, the back button: the request's own page knows how far it is
      if ((await flights.land(state)) === 'again') return desk.redirect(ctx, `/connexion/${found.uid}`)
      const finished = await federation.finish(upstream, new URLSearchParams(ctx.querystring), found.flight)
      switch (finished.kind) {
        case 'identified':
          return identified(ctx, interaction, finished.brought)
        case 'refused':
          return stop(ctx, 'FEDERATION_DENIED', interaction, upstream)
        case 'unavailable':
          return stop(
            ctx,
            finished.retry ? 'FEDERATION_UNAVAILABLE' : 'FEDERATION_MISCONFIGURED',
            interaction,
            upstream,
          )
        case 'unverified':
          await needs.unverified(upstream, finished.why, ambientOf(ctx.req).requestId)
          return stop(ctx, 'FEDERATION_UNVERIFIED', interaction, upstream)
      }
    })

    router.get('/fournisseurs/:upstream/sortie', async ctx => {
      if (isLookAhead(ctx)) return
      const { state } = ctx.query
      const next = typeof state === 'string' ? await upstreamSessions.back(param(ctx, 'upstream'), state) : undefined
      // signed out here already: whoever comes back without a state that stands is told no more than that
      desk.redirect(ctx, next ?? '/')
    })
  }
