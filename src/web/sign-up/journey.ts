import { createHash } from 'node:crypto'
import type { Context } from 'koa'
import type { AccountId } from '../../stores/contracts.ts'
import type { Cookies } from '../kit/cookies.ts'

/** What the browser that signed up remembers, sealed: the proof at activation, and the way on. */
export type SignUpJourney = {
  readonly accountId: AccountId
  readonly email: string
  readonly uid?: string
  readonly serviceId?: string
  readonly sent: 'first' | 'again' | 'corrected'
  /** The address was corrected: whoever did so may be the next person at this computer, and only the password proves anything. */
  readonly corrected?: true
}

const SEVEN_DAYS = 7 * 24 * 3600
/** A couple at one computer; no more fit a cookie with the longest addresses. */
const MOST = 2

const remembered = (ctx: Context, cookies: Cookies): readonly SignUpJourney[] => {
  const journeys = cookies.open(ctx, 'signUp')
  return Array.isArray(journeys) ? journeys : []
}

/** Those made since the browser was opened. */
const recent = (ctx: Context, cookies: Cookies): readonly SignUpJourney[] => {
  const accountIds = cookies.open(ctx, 'mailbox')
  return Array.isArray(accountIds)
    ? remembered(ctx, cookies).filter(({ accountId }) => accountIds.includes(accountId))
    : []
}

/**
 * Kept as long as the pending account lives, though the browser is closed: the mail may be opened tomorrow. Its address is shown
 * and corrected until then only: the next person at a shared computer neither reads it nor puts theirs in its place.
 */
export const rememberSignUp = (ctx: Context, cookies: Cookies, journey: SignUpJourney): void => {
  const others = remembered(ctx, cookies).filter(other => other.accountId !== journey.accountId)
  const shown = [journey, ...recent(ctx, cookies)].map(({ accountId }) => accountId)
  cookies.seal(ctx, 'signUp', [journey, ...others].slice(0, MOST), SEVEN_DAYS, 'keep')
  cookies.seal(ctx, 'mailbox', [...new Set(shown)].slice(0, MOST), SEVEN_DAYS)
}

/** The one whose mail is awaited, in this session of the browser. */
export const latestSignUp = (ctx: Context, cookies: Cookies): SignUpJourney | undefined => recent(ctx, cookies)[0]

/** The sign-up that this browser made of that very account: the proof at activation, unless its address was corrected since. */
export const signUpOf = (ctx: Context, cookies: Cookies, accountId: AccountId): SignUpJourney | undefined =>
  remembered(ctx, cookies).find(journey => journey.accountId === accountId && !journey.corrected)

/** The id of the forms shown for a sign-up, which tells its tab from another's. */
export const signUpFormId = ({ accountId }: SignUpJourney): string =>
  createHash('sha256').update(`sign-up:${accountId}`).digest().subarray(0, 16).toString('base64url')

/** The sign-up whose page a form stood on. */
export const signUpOfForm = (ctx: Context, cookies: Cookies, formId: string): SignUpJourney | undefined =>
  recent(ctx, cookies).find(journey => signUpFormId(journey) === formId)

/** The account is no more: its sign-up is forgotten. */
export const forgetSignUp = (ctx: Context, cookies: Cookies, accountId: AccountId): void => {
  const others = remembered(ctx, cookies).filter(journey => journey.accountId !== accountId)
  if (others.length === 0) return cookies.clear(ctx, 'signUp')
  cookies.seal(ctx, 'signUp', others, SEVEN_DAYS, 'keep')
}
