import type { Context } from 'koa'
import type { Device } from '../../accounts/sign-in/devices.ts'
import type { Cookies } from './cookies.ts'

/** Seconds that a browser is known for the accounts that it opened. */
const REMEMBERED_SECONDS = 180 * 24 * 3600

/** The accounts that this browser has opened, in its sealed cookie; none without one. */
export const keptDevices = (ctx: Context, cookies: Cookies): readonly Device[] =>
  (cookies.open(ctx, 'devices') as readonly Device[] | undefined) ?? []

export const keepDevices = (ctx: Context, cookies: Cookies, devices: readonly Device[]): void =>
  cookies.seal(ctx, 'devices', devices, REMEMBERED_SECONDS, 'keep')
