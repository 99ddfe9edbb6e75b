import type { Vault } from './vault.ts'

export type SealedCookies = {
  /** A small JSON value for a cookie, worth nothing for another purpose nor after `expiresAt`. Throws beyond 3 kB. */
  seal(purpose: string, value: unknown, expiresAt: Date): string
  /** undefined when absent, cut, changed, of another purpose, or expired. */
  open(purpose: string, cookie: string | undefined): unknown | undefined
}

/** Browsers drop a cookie beyond 4,096 bytes, name and attributes included. */
const longest = 3_000

export const makeSealedCookies = (needs: { readonly vault: Vault; readonly clock: () => Date }): SealedCookies => ({
  seal(purpose, value, expiresAt) {
    const sealed = needs.vault.seal(`cookie:${purpose}`, [expiresAt.getTime(), value])
    if (sealed.length > longest) throw new Error(`the cookie « ${purpose} » would be too long`)
    return sealed
  },

  open(purpose, cookie) {
    if (!cookie || cookie.length > longest) return undefined
    const opened = needs.vault.open(`cookie:${purpose}`, cookie)
    if (!Array.isArray(opened)) return undefined
    const [expiresAt, value]: unknown[] = opened
    return typeof expiresAt === 'number' && expiresAt > needs.clock().getTime() ? value : undefined
  },
})
