import type Router from '@koa/router'
import type { Context } from 'koa'
import { readForm } from '../../common/form.ts'
import type { FranceConnectClient } from '../clients.ts'
import { type Given, lifetimes, newId } from '../memory.ts'
import { authenticate } from '../protocol/client-authentication.ts'
import { encrypted } from '../protocol/client-keys.ts'
import { idTokenClaims, signed } from '../protocol/signed-answers.ts'
import { answerError, suffer, type TokenError, tellingFaults } from './back-channel.ts'
import type { RouteNeeds } from './needs.ts'

const known: ReadonlySet<string> = new Set([
  'grant_type',
  'code',
  'redirect_uri',
  'client_id',
  'client_secret',
  'client_assertion',
  'client_assertion_type',
])

const refusal = (error: string, why: string, status = 400): TokenError => ({ status, error, why })

const faultOfForm = (ctx: Context, form: URLSearchParams): TokenError | undefined => {
  if (ctx.get('Authorization') !== '')
    return refusal('invalid_client', 'only client_secret_post and private_key_jwt are accepted', 401)
  const names = [...form.keys()]
  const wrong = names.find((name, i) => !known.has(name) || names.indexOf(name) !== i)
  if (wrong !== undefined) return refusal('invalid_request', `parameter not accepted, or given twice: ${wrong}`)
  if (form.get('grant_type') !== 'authorization_code')
    return refusal('unsupported_grant_type', 'grant_type must be authorization_code')
  return undefined
}

/** The code and the client's proof, for tokens. */
export const tokenRoute = (router: Router, needs: RouteNeeds): void => {
  const { issuer, path, kind, clients, keys, memory, clock } = needs
  const authentication = { clients, audiences: [issuer, `${issuer}/token`], assertions: memory.assertions, clock }

  /** A code is good once; coming again, it also withdraws what it gave. */
  const takeCode = (code: string, redirectUri: string | null, client: FranceConnectClient): Given | undefined => {
    const given = memory.codes.take(code)
    if (given === undefined) memory.accessTokens.take(memory.usedCodes.take(code) ?? '')
    if (given?.request.client.id !== client.id || given.request.redirectUri !== redirectUri) return undefined
    return given
  }

  const answer = async (ctx: Context, code: string, given: Given): Promise<void> => {
    const faults = { ...needs.faults(), ...given.faults }
    if (!(await suffer(ctx, needs, faults, 'token'))) return
    if (faults.tokenError !== undefined) {
      const told = faults.tokenError === true ? { status: 500, error: 'server_error' } : faults.tokenError
      return answerError(ctx, needs, { ...told, why: 'asked of the simulator' })
    }
    if (faults.rotatedKey) await keys.rotate()
    const { client, scopes } = given.request
    const claims = idTokenClaims({ issuer, given, now: Math.floor(clock() / 1_000), faults })
    const idToken = await signed(claims, 'idToken', { keys, client, faults })
    const accessToken = newId()
    const sent = kind === 'franceconnect+' ? await encrypted(idToken, client) : idToken
    memory.accessTokens.set(accessToken, given)
    memory.usedCodes.set(code, accessToken)
    ctx.body = {
      access_token: accessToken,
      token_type: 'Bearer',
      expires_in: lifetimes.accessToken,
      id_token: sent,
      scope: scopes.join(' '),
    }
  }

  const take = async (ctx: Context): Promise<void> => {
    const form = await readForm(ctx)
    const fault = faultOfForm(ctx, form)
    if (fault !== undefined) return answerError(ctx, needs, fault)
    const client = await authenticate(form, authentication)
    if (client === undefined)
      return answerError(ctx, needs, refusal('invalid_client', 'client authentication failed', 401))
    const code = form.get('code') ?? ''
    const given = takeCode(code, form.get('redirect_uri'), client)
    if (given === undefined)
      return answerError(
        ctx,
        needs,
        refusal('invalid_grant', 'code unknown, used, older than 30 seconds, or given for another request'),
      )
    return answer(ctx, code, given)
  }

  router.post(`${path}/token`, tellingFaults(needs, take))
}
