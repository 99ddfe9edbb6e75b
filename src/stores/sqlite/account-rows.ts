/** An account as its row holds it, and back. */
import type { AccountRecord, MailedLink } from '../contracts.ts'

export type AccountRow = {
  readonly id: string
  readonly status: AccountRecord['status']
  readonly version: number
  readonly sealed: string
  readonly password_hash: string | null
  readonly password_changed_at: number | null
  readonly language: AccountRecord['language']
  readonly valid_after: number
  readonly terms: string
  readonly nir_keys: string
  readonly email_keys: string
  readonly email_verified_at: number | null
  readonly activation: string | null
  readonly recovery: string | null
  readonly came_from: string | null
  readonly created_at: number
  readonly activated_at: number | null
  readonly identity_keys: string
  readonly email_link: string | null
  readonly undo_link: string | null
  readonly move_link: string | null
  readonly cases: string | null
}

/** In the order of the table: writers bind them by name. */
export const accountColumns = [
  'id',
  'status',
  'version',
  'sealed',
  'password_hash',
  'password_changed_at',
  'language',
  'valid_after',
  'terms',
  'nir_keys',
  'email_keys',
  'email_verified_at',
  'activation',
  'recovery',
  'came_from',
  'created_at',
  'activated_at',
  'identity_keys',
  'email_link',
  'undo_link',
  'move_link',
  'cases',
] as const satisfies readonly (keyof AccountRow)[]

const instant = (date: Date | undefined): number | null => date?.getTime() ?? null

const linkText = (link: MailedLink | undefined): string | null =>
  link
    ? JSON.stringify({
        ...link,
        expiresAt: link.expiresAt.getTime(),
        sentAt: link.sentAt.getTime(),
        usedAt: link.usedAt?.getTime(),
      })
    : null

const linkOf = (text: string): MailedLink => {
  const { usedAt, ...link } = JSON.parse(text)
  return {
    ...link,
    expiresAt: new Date(link.expiresAt),
    sentAt: new Date(link.sentAt),
    ...(usedAt !== undefined && { usedAt: new Date(usedAt) }),
  }
}

export const rowOf = (account: AccountRecord): AccountRow => ({
  id: account.id,
  status: account.status,
  version: account.version,
  sealed: account.sealed,
  password_hash: account.passwordHash ?? null,
  password_changed_at: instant(account.passwordChangedAt),
  language: account.language,
  valid_after: account.validAfter.getTime(),
  terms: JSON.stringify({ ...account.terms, acceptedAt: account.terms.acceptedAt.getTime() }),
  nir_keys: JSON.stringify(account.nirKeys),
  email_keys: JSON.stringify(account.emailKeys),
  email_verified_at: instant(account.emailVerifiedAt),
  activation: linkText(account.activation),
  recovery: linkText(account.recovery),
  came_from: account.cameFrom ?? null,
  created_at: account.createdAt.getTime(),
  activated_at: instant(account.activatedAt),
  identity_keys: JSON.stringify(account.identityKeys),
  email_link: linkText(account.emailLink),
  undo_link: linkText(account.undoLink),
  move_link: linkText(account.moveLink),
  cases: account.cases ? JSON.stringify(account.cases) : null,
})

export const accountOf = (row: AccountRow): AccountRecord => {
  const terms = JSON.parse(row.terms)
  return {
    id: row.id,
    status: row.status,
    version: row.version,
    sealed: row.sealed,
    ...(row.password_hash !== null && { passwordHash: row.password_hash }),
    ...(row.password_changed_at !== null && { passwordChangedAt: new Date(row.password_changed_at) }),
    language: row.language,
    validAfter: new Date(row.valid_after),
    terms: { ...terms, acceptedAt: new Date(terms.acceptedAt) },
    nirKeys: JSON.parse(row.nir_keys),
    emailKeys: JSON.parse(row.email_keys),
    ...(row.email_verified_at !== null && { emailVerifiedAt: new Date(row.email_verified_at) }),
    ...(row.activation !== null && { activation: linkOf(row.activation) }),
    ...(row.recovery !== null && { recovery: linkOf(row.recovery) }),
    ...(row.came_from !== null && { cameFrom: row.came_from }),
    createdAt: new Date(row.created_at),
    ...(row.activated_at !== null && { activatedAt: new Date(row.activated_at) }),
    identityKeys: JSON.parse(row.identity_keys),
    ...(row.email_link !== null && { emailLink: linkOf(row.email_link) }),
    ...(row.undo_link !== null && { undoLink: linkOf(row.undo_link) }),
    ...(row.move_link !== null && { moveLink: linkOf(row.move_link) }),
    ...(row.cases !== null && { cases: JSON.parse(row.cases) }),
  }
}
