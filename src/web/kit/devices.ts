import type { Context } from 'koa'
import type { Device } from '../../accounts/sign-in/devices.ts'
import type { Cookies } from './cookies.ts'

/** The accounts that a browser has opened, in its sealed cookie. */
export type Devices = {
  /** None without a cookie. */
  kept(ctx: Context): readonly Device[]
  keep(ctx: Context, devices: readonly Device[]): void
}

export const makeDevices = ({
  cookies,
  seconds,
}: {
  readonly cookies: Cookies
  /** How long a browser is known for the accounts that it opened. */
  readonly seconds: number
}): Devices => ({
  kept: ctx => (cookies.open(ctx, 'devices') as readonly Device[] | undefined) ?? [],
  keep: (ctx, devices) => cookies.seal(ctx, 'devices', devices, seconds, 'keep'),
})
