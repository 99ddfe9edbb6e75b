/** What services redeem: used once, so that an answer lost is had again from the person's session. */

import type { Server } from '../../world/servers.ts'
import { codeOf, type Granted, type ProvedService, signInTo, type Tokens } from '../../world/service.ts'
import type { Somebody } from '../people.ts'
import { must, type UseCase } from '../stage.ts'

/** The service asks anew; the session still stands, so the person types nothing. */
const anew = async (who: Somebody, service: ProvedService, server: Server): Promise<Tokens> => {
  who.at(server)
  const { url, verifier } = service.request()
  const code = codeOf(await who.visitor.get(url))
  if (!code) throw new Error('the session opens nothing after the crash')
  return service.redeem(server, { code, verifier } satisfies Granted)
}

const refusedOrDone = ({ status, body }: Tokens): boolean =>
  status === 200 || (status === 400 && body.error === 'invalid_grant')

const redeeming: UseCase = {
  name: 'code redeemed',
  async prepare({ service, member }, server) {
    const who = await member(server)
    const granted = await signInTo(who.visitor, service, who)
    return {
      act: at => service.redeem(at, granted),
      retry: async at => {
        const again = await service.redeem(at, granted)
        must(refusedOrDone(again), `a code offered again is answered ${again.status}`)
        if (again.status !== 200) must((await anew(who, service, at)).status === 200, 'a new code is not redeemed')
      },
    }
  },
}

const refreshing: UseCase = {
  name: 'token refreshed',
  async prepare({ service, member }, server) {
    const who = await member(server)
    const granted = await signInTo(who.visitor, service, who, { scope: 'openid offline_access', prompt: 'consent' })
    const { body } = await service.redeem(server, granted)
    const token = String(body.refresh_token)
    must(typeof body.refresh_token === 'string', 'no refresh token was given')
    return {
      act: at => service.refresh(at, token),
      retry: async at => {
        const again = await service.refresh(at, token)
        must(refusedOrDone(again), `a refresh token offered again is answered ${again.status}`)
        if (again.status !== 200) must((await anew(who, service, at)).status === 200, 'a new code is not redeemed')
      },
    }
  },
}

const revoking: UseCase = {
  name: 'token revoked',
  async prepare({ service, member }, server) {
    const who = await member(server)
    const granted = await signInTo(who.visitor, service, who, { scope: 'openid offline_access', prompt: 'consent' })
    const token = String((await service.redeem(server, granted)).body.refresh_token)
    const revoke = (at: Server) => service.call(at, '/revoke', { token })
    return {
      act: revoke,
      retry: async at => {
        must((await revoke(at)).status === 200, 'a token is not revoked by trying again')
        must((await service.refresh(at, token)).status === 400, 'a token that was revoked still opens')
      },
    }
  },
}

export const tokenCases: readonly UseCase[] = [redeeming, refreshing, revoking]
