/**
 * Consent is a durable record of its own. The library's Grant is made from it, afresh for each session and service,
 * so that withdrawing the one ends the other.
 */
import { randomUUID } from 'node:crypto'
import type { Grant, KoaContextWithOIDC, OIDCContext } from 'oidc-provider'
import type { Vault } from '../../protection/vault.ts'
import type { Consent, ConsentStore } from '../../stores/contracts.ts'
import type { Clients } from '../clients/clients.ts'
import type { ConsentAsked } from '../contracts.ts'
import { PROTOCOL_CLAIMS } from '../people/scopes.ts'
import { translatingAway } from '../storage/away.ts'
import { EndedGrant } from '../storage/ended.ts'

type Asked = { readonly scopes: readonly string[]; readonly claims: readonly string[] }

export type Consents = {
  /** The account of a request is about to be read: what it consented to is read meanwhile. */
  foresee(ctx: KoaContextWithOIDC, accountId: string): void
  /** The library's `loadExistingGrant`. */
  loadGrant(ctx: KoaContextWithOIDC): Promise<Grant | undefined>
  /** Whether the person must be asked now. */
  needed(ctx: KoaContextWithOIDC): boolean
  /** What the consent page shows: kept with the interaction. */
  asked(ctx: KoaContextWithOIDC): ConsentAsked | undefined
}

const askedBy = ({ requestParamOIDCScopes, requestParamClaims }: OIDCContext): Asked => ({
  scopes: [...requestParamOIDCScopes],
  claims: [...requestParamClaims].filter(name => !PROTOCOL_CLAIMS.has(name)),
})

const without = (asked: readonly string[], given: readonly string[]): readonly string[] =>
  asked.filter(name => !given.includes(name))

const covers = (grant: Grant, asked: Asked): boolean =>
  without(asked.scopes, grant.getOIDCScope().split(' ')).length === 0 &&
  without(asked.claims, grant.getOIDCClaims()).length === 0

/** Grants of the same in one session that have ended within minutes: beyond so many the next one is nobody else's. */
const MOST_ENDED = 8

export const makeConsents = ({
  consents,
  clients,
  vault,
}: {
  readonly consents: ConsentStore
  readonly clients: Pick<Clients, 'recordOf'>
  readonly vault: Pick<Vault, 'mac'>
}): Consents => {
  /** What each request was found to ask, from loading its Grant to its policy. */
  const states = new WeakMap<OIDCContext, ConsentAsked>()

  const readings = new WeakMap<OIDCContext, { readonly of: string; readonly consent: Promise<Consent | undefined> }>()

  const consentOf = async ({ oidc }: KoaContextWithOIDC, accountId: string, serviceId: string) => {
    const reading = readings.get(oidc)
    readings.delete(oidc)
    if (reading?.of === accountId) return translatingAway(() => reading.consent)
    return translatingAway(() => consents.find(accountId, serviceId))
  }

  const mustAsk = (ctx: KoaContextWithOIDC): boolean => {
    const { client, params, result, prompts } = ctx.oidc
    if (!client || clients.recordOf(client).firstParty) return false
    if (result?.consent) return false
    return prompts.has('consent') || (client.applicationType === 'native' && params?.response_type !== 'none')
  }

  const needed: Consents['needed'] = ctx => mustAsk(ctx) || (states.get(ctx.oidc)?.fresh.length ?? 0) > 0

  /** Two sign-ins at once in one session make one and the same Grant, and one sid, whichever is written last. */
  const settledIds = (ctx: KoaContextWithOIDC, { scopes, claims }: Asked) => {
    const { session, client } = ctx.oidc
    const common = `${session?.uid}\0${session?.loginTs}\0${client?.clientId}`
    const what = `${common}\0${[...scopes].sort().join(' ')}\0${[...claims].sort().join(' ')}`
    /** `former`: the one that has ended. */
    const grantId = (former: string | undefined) => vault.mac('grant', `${what}\0${former ?? ''}`)
    return { grantId, sid: vault.mac('sid', common) }
  }

  /** Under the first id that no Grant has ended under: the store refuses the others. Every process goes through the same ones. */
  const saveAsNext = async (grant: Grant, next: (former: string) => string): Promise<void> => {
    for (let tries = 1; ; tries += 1) {
      try {
        await grant.save()
        return
      } catch (fault) {
        if (!(fault instanceof EndedGrant) || tries > MOST_ENDED) throw fault
        grant.jti = tries < MOST_ENDED ? next(grant.jti) : randomUUID()
      }
    }
  }

  /** `former`: the Grant that the session had of this service, when it has been revoked. */
  const makeGrant = async (ctx: KoaContextWithOIDC, asked: Asked, former: string | undefined): Promise<Grant> => {
    const { provider, session, client, account } = ctx.oidc
    if (!session || !client || !account) throw new Error('a Grant without a session, a service and an account')
    const grant = new provider.Grant({ accountId: account.accountId, clientId: client.clientId })
    if (asked.scopes.length > 0) grant.addOIDCScope([...asked.scopes])
    if (asked.claims.length > 0) grant.addOIDCClaims([...asked.claims])
    const { grantId, sid } = settledIds(ctx, asked)
    grant.jti = grantId(former)
    await saveAsNext(grant, grantId)
    if (session.sidFor(client.clientId) === undefined) session.sidFor(client.clientId, sid)
    return grant
  }

  return {
    needed,
    asked: ctx => states.get(ctx.oidc),

    foresee({ oidc }, accountId) {
      if (!oidc.client) return
      const { firstParty, id } = clients.recordOf(oidc.client)
      if (firstParty) return
      const consent = consents.find(accountId, id)
      // told to whoever takes it, if anybody does
      consent.catch(() => undefined)
      readings.set(oidc, { of: accountId, consent })
    },

    async loadGrant(ctx) {
      const { client, account, session, provider } = ctx.oidc
      if (!client || !account || !session) return undefined
      const asked = askedBy(ctx.oidc)
      const { firstParty, id } = clients.recordOf(client)
      const given = firstParty ? asked : await consentOf(ctx, account.accountId, id)
      const fresh = [...without(asked.scopes, given?.scopes ?? []), ...without(asked.claims, given?.claims ?? [])]
      states.set(ctx.oidc, { ...asked, fresh })
      if (needed(ctx)) return undefined

      const grantId = session.grantIdFor(client.clientId)
      const standing = grantId === undefined ? undefined : await provider.Grant.find(grantId)
      const fits = standing?.accountId === account.accountId && standing.clientId === client.clientId
      return standing && fits && covers(standing, asked)
        ? standing
        : makeGrant(ctx, asked, standing ? undefined : grantId)
    },
  }
}
