/** The sealed device cookie: the accounts that a browser has signed in to. Its counter of failures is its own. */
import { randomBytes } from 'node:crypto'
import type { AccountId } from '../../stores/contracts.ts'

export type Device = { readonly accountId: AccountId; readonly deviceId: string }

/** Accounts that one browser remembers; the one used longest ago is forgotten first. */
const REMEMBERED = 8

/** The browser's own id for this account, if it has signed in to it before. */
export const deviceOf = (devices: readonly Device[], accountId: AccountId): Device | undefined =>
  devices.find(device => device.accountId === accountId)

/** What the cookie holds after signing in to this account, most recent first. */
export const rememberDevice = (devices: readonly Device[], accountId: AccountId): readonly Device[] => {
  const known = deviceOf(devices, accountId) ?? { accountId, deviceId: randomBytes(16).toString('base64url') }
  return [known, ...devices.filter(device => device.accountId !== accountId)].slice(0, REMEMBERED)
}
