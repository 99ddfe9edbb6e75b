import { type LinkPurpose, linkOf, makeLink } from '../../accounts/links.ts'
import type { AccountRecord, MailedLink } from '../../stores/contracts.ts'

export type Asked = { readonly secret: string; readonly askedAt: string }

/**
 * The link to keep on the account before its mail leaves; it takes the place of the former one. undefined when there is no
 * need of this one any more: a later one has left, it has been used, or the password has changed since it was asked.
 */
export const linkToPlant = (
  purpose: LinkPurpose,
  account: AccountRecord,
  { secret, askedAt }: Asked,
  now: Date,
  lifetimeSeconds: number,
): { readonly token: string; readonly link: MailedLink } | undefined => {
  const { token, hash } = makeLink(purpose, account.id, secret)
  const standing = linkOf(account, purpose)
  const again = standing?.hash === hash // an attempt that failed or was cut: the same link leaves again
  const asked = new Date(askedAt)
  if (again && standing.usedAt) return undefined
  if (standing && !again && standing.sentAt >= asked) return undefined
  if (purpose === 'recovery' && account.passwordChangedAt && account.passwordChangedAt >= asked) return undefined
  const expiresAt = new Date(now.getTime() + lifetimeSeconds * 1000)
  return { token, link: { hash, expiresAt, sentAt: now, wrongPasswords: again ? standing.wrongPasswords : 0 } }
}
