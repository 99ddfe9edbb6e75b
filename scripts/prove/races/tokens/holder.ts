/** Somebody signed in, whose service gets one code after the other from the same session. */
import { setTimeout as wait } from 'node:timers/promises'
import { aPerson } from '../../../../test/support/people.ts'
import type { Page } from '../../../../test/support/visitor.ts'
import type { Server } from '../../world/servers.ts'
import { codeOf, type Fields, type Granted, type ProvedService, signInTo, type Tokens } from '../../world/service.ts'
import type { World } from '../../world/world.ts'

export type Holder = {
  /** A new code of the standing session: no page is shown. */
  code(): Promise<Granted>
  /** The same browser, in a tab that this process answers. */
  opens(server: Server, url: string): Promise<Page>
}

export const aHolder = async (
  world: World,
  service: ProvedService,
  lane: number,
  parameters: Fields,
): Promise<Holder> => {
  const member = await world.enrol(aPerson())
  const network = `198.51.100.${lane + 1}`
  const visitor = world.visitor(world.server(lane), network)
  await signInTo(visitor, service, member, parameters)
  return {
    async code() {
      const { url, verifier } = service.request(parameters)
      const page = await visitor.get(url)
      const code = codeOf(page)
      if (!code) throw new Error(`no code came back: ${page.status} « ${page.heading} »`)
      return { code, verifier }
    },
    opens(server, url) {
      const tab = world.visitor(server, network)
      for (const [name, value] of visitor.cookies) tab.cookies.set(name, value)
      return tab.get(url)
    },
  }
}

const TRIES = 4

/**
 * A new refresh token of the standing session. A machine too busy to answer (503) is asked again, with a new code, as clients do;
 * whatever else is answered fails: an offer of no token at all would be refused, and say nothing of races.
 */
export const aRefreshToken = async (holder: Holder, service: ProvedService, server: Server): Promise<string> => {
  for (let tries = 1; ; tries += 1) {
    const { status, headers, body } = await service.redeem(server, await holder.code())
    if (typeof body.refresh_token === 'string') return body.refresh_token
    if (status !== 503 || tries === TRIES) throw new Error(`no refresh token: ${status} ${JSON.stringify(body)}`)
    await wait(1000 * Number(headers.get('retry-after') ?? 1))
  }
}

export type Won = { readonly access: string; readonly refresh: string | undefined }

export const wonOf = (answers: readonly Tokens[]): Won | undefined => {
  const body = answers.find(({ status }) => status === 200)?.body
  if (!body) return undefined
  const refresh = body.refresh_token
  return { access: String(body.access_token), refresh: typeof refresh === 'string' ? refresh : undefined }
}

export const isRefused = ({ status, body }: Tokens): boolean => status === 400 && body.error === 'invalid_grant'

/** Whether anything of what was won is still taken, by any process. */
export const isWorth = async (world: World, service: ProvedService, won: Won, turn: number): Promise<boolean> => {
  const server = world.server(turn)
  const told = await server.fetch(`${world.issuer}/userinfo`, { headers: { authorization: `Bearer ${won.access}` } })
  if (told.status !== 401) return true
  const seen = await service.call(server, '/introspect', { token: won.access })
  if (seen.body.active !== false) return true
  return won.refresh !== undefined && !isRefused(await service.refresh(server, won.refresh))
}
