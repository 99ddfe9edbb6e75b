import type Router from '@koa/router'
import type { Context } from 'koa'
import { encrypted } from '../protocol/client-keys.ts'
import { signed, userinfoClaims } from '../protocol/signed-answers.ts'
import { answerError, suffer, tellingFaults } from './back-channel.ts'
import type { RouteNeeds } from './needs.ts'

/** The identity, signed, to whoever holds a live access token. */
export const userinfoRoute = (router: Router, needs: RouteNeeds): void => {
  const { issuer, path, kind, keys, memory, clock } = needs

  const answer = async (ctx: Context): Promise<void> => {
    const token = /^Bearer ([\w-]+)$/.exec(ctx.get('Authorization'))?.[1] ?? ''
    const given = memory.accessTokens.get(token)
    if (given === undefined) {
      ctx.set('WWW-Authenticate', 'Bearer error="invalid_token"')
      return answerError(ctx, needs, { status: 401, error: 'invalid_token', why: 'unknown or expired access token' })
    }
    const faults = { ...needs.faults(), ...given.faults }
    if (!(await suffer(ctx, needs, faults, 'userinfo'))) return
    if (faults.userinfoError !== undefined) {
      const told = faults.userinfoError === true ? { status: 500, error: 'server_error' } : faults.userinfoError
      return answerError(ctx, needs, { ...told, why: 'asked of the simulator' })
    }
    const claims = userinfoClaims({ issuer, given, now: Math.floor(clock() / 1_000), faults })
    if (faults.unsignedUserinfo) {
      ctx.body = claims
      return
    }
    const { client } = given.request
    const jws = await signed(claims, 'userinfo', { keys, client, faults })
    const sent = kind === 'franceconnect+' ? await encrypted(jws, client) : jws
    ctx.set('Content-Type', 'application/jwt')
    ctx.body = sent
  }

  router.get(`${path}/userinfo`, tellingFaults(needs, answer))
  router.post(`${path}/userinfo`, tellingFaults(needs, answer))
}
