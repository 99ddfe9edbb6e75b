import type { Context } from 'koa'
import type { FranceConnectKind } from '../clients.ts'

const options = { httpOnly: true, sameSite: 'lax', path: '/', overwrite: true } as const

/** Cookies are shared by all ports of localhost: these names are the simulators' alone. */
export const sessionCookie = (kind: FranceConnectKind) => {
  const name = kind === 'franceconnect' ? 'franceconnect_simule' : 'franceconnect_plus_simule'
  return {
    get: (ctx: Context): string => ctx.cookies.get(name) ?? '',
    set: (ctx: Context, id: string): void => void ctx.cookies.set(name, id, options),
    clear: (ctx: Context): void => void ctx.cookies.set(name, null, options),
  }
}
