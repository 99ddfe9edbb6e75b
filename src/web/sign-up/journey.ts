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
}

const SEVEN_DAYS = 7 * 24 * 3600

/** Kept as long as the pending account lives, though the browser is closed: the mail may be opened tomorrow. */
export const rememberSignUp = (ctx: Context, cookies: Cookies, journey: SignUpJourney): void =>
  cookies.seal(ctx, 'signUp', journey, SEVEN_DAYS, 'keep')

export const rememberedSignUp = (ctx: Context, cookies: Cookies): SignUpJourney | undefined =>
  cookies.open(ctx, 'signUp') as SignUpJourney | undefined
