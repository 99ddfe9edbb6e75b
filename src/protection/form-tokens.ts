import { timingSafeEqual } from 'node:crypto'
import type { Vault } from './vault.ts'

export type FormToken = 'ok' | 'expired' | 'wrong'

export type FormTokens = {
  /** `browser` is the random id of the browser's own cookie: a token taken elsewhere is worth nothing here. */
  issue(browser: string, form: string): string
  /** 'expired': ours, for this browser and form, but older than its life. Renew it and keep what was typed. */
  verify(browser: string, form: string, token: unknown): FormToken
}

const day = 24 * 3600
/** A clock of another process may be ahead of ours. */
const tolerance = 60 * 1000
const shape = /^([0-9a-z]{1,11})\.([A-Za-z0-9_-]{43})$/

export const makeFormTokens = (needs: {
  readonly vault: Vault
  readonly clock: () => Date
  /** A day unless said otherwise. */
  readonly lifetimeSeconds?: number
}): FormTokens => {
  const lifetime = (needs.lifetimeSeconds ?? day) * 1000
  const mac = (browser: string, form: string, issued: string): string =>
    needs.vault.mac('form', JSON.stringify([browser, form, issued]))

  return {
    issue(browser, form) {
      const issued = needs.clock().getTime().toString(36)
      return `${issued}.${mac(browser, form, issued)}`
    },

    verify(browser, form, token) {
      const [, issued, given] = (typeof token === 'string' && shape.exec(token)) || []
      if (issued === undefined || given === undefined) return 'wrong'
      if (!timingSafeEqual(Buffer.from(given), Buffer.from(mac(browser, form, issued)))) return 'wrong'
      const age = needs.clock().getTime() - Number.parseInt(issued, 36)
      if (age < -tolerance) return 'wrong'
      return age > lifetime ? 'expired' : 'ok'
    },
  }
}
