/** The one-time token of a mailed link: the account's id, then 32 random bytes. Stores know its hash only. */
import { createHash, timingSafeEqual } from 'node:crypto'
import { limits } from '../protection/limits.ts'
import type { AccountId, AccountRecord, AccountStore, MailedLink } from '../stores/contracts.ts'

/** How long the link of an identity may be undone. */
export const UNDO_SECONDS = 7 * 24 * 3600

export type LinkPurpose = 'activation' | 'recovery' | 'email' | 'undo' | 'move'

/** Where the account keeps the link of each purpose. */
export const LINK_FIELDS = {
  activation: 'activation',
  recovery: 'recovery',
  email: 'emailLink',
  undo: 'undoLink',
  move: 'moveLink',
} as const satisfies { readonly [purpose in LinkPurpose]: keyof AccountRecord }

/** The account's link of a purpose, whatever its state. */
export const linkOf = (account: AccountRecord, purpose: LinkPurpose): MailedLink | undefined =>
  account[LINK_FIELDS[purpose]]

/** Wrong passwords that void an activation link. */
export const WRONG_PASSWORDS = limits.activationPassword.policy.max

const ID_BYTES = 16
const TOKEN = /^[\w-]{64}$/

const hashOf = (purpose: LinkPurpose, token: string): string =>
  createHash('sha256').update(`${purpose}:${token}`).digest('base64url')

const same = (a: string, b: string): boolean => a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b))

/** The token to mail, and the hash to keep. */
export const makeLink = (purpose: LinkPurpose, accountId: AccountId, secret: string) => {
  const token = Buffer.concat([Buffer.from(accountId, 'base64url'), Buffer.from(secret, 'base64url')]).toString(
    'base64url',
  )
  return { token, hash: hashOf(purpose, token) }
}

/** Whose account a token is about; undefined when it was cut or badly copied. Says nothing about its being right. */
export const accountOfToken = (token: string): AccountId | undefined =>
  TOKEN.test(token) ? Buffer.from(token, 'base64url').subarray(0, ID_BYTES).toString('base64url') : undefined

export type LinkState = 'open' | 'expired' | 'used' | 'voided'

/** What a link is worth now. A recovery link dies with the first change of password since it was made, or with its account. */
export const linkState = (purpose: LinkPurpose, account: AccountRecord, link: MailedLink, now: Date): LinkState => {
  const overtaken = purpose === 'recovery' && account.passwordChangedAt && account.passwordChangedAt >= link.sentAt
  if (link.usedAt || overtaken || account.status === 'closed') return 'used'
  if (link.wrongPasswords >= WRONG_PASSWORDS) return 'voided'
  return link.expiresAt <= now ? 'expired' : 'open'
}

export type FoundLink = { readonly account: AccountRecord; readonly link: MailedLink }

/** Whether a token was for this account once: a newer link has taken its place since. */
export const wasReplaced = (account: AccountRecord | undefined, purpose: LinkPurpose): boolean =>
  account !== undefined &&
  (linkOf(account, purpose) !== undefined || (purpose === 'activation' && account.status === 'pending'))

/** The account and the link that a token is really for, whatever its state; undefined for every other token. */
export const findLink = async (
  accounts: Pick<AccountStore, 'find'>,
  purpose: LinkPurpose,
  token: string,
): Promise<FoundLink | undefined> => {
  const id = accountOfToken(token)
  const account = id === undefined ? undefined : await accounts.find(id)
  const link = account && linkOf(account, purpose)
  return account && link && same(link.hash, hashOf(purpose, token)) ? { account, link } : undefined
}
