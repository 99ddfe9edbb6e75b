import type { Context, Next } from 'koa'
import { comeBackSeconds } from '../../protection/passwords.ts'
import type { Desk } from '../kit/desk.ts'

/** Forms whose password is hashed. */
const HASHED = /^\/(?:connexion\/[^/]+|inscription(?:\/[^/]+)?|activation|mot-de-passe-oublie\/nouveau)$/

/** Forms that are read even so, in a second: those who send them get them back with what they typed. */
const READ_PER_SECOND = 10

/** Whether one more may be, in this second. */
const makeAllowance = (perSecond: number) => {
  let second = 0
  let given = 0
  return (): boolean => {
    const now = Math.floor(performance.now() / 1000)
    if (now !== second) given = 0
    second = now
    given += 1
    return given <= perSecond
  }
}

/**
 * When the machine hashes all that it can, a form costs more to read and to show again than can be spent on each of a crowd: beyond
 * a few a second, people are told at the door when to come back. Nothing of the form is read, nothing is looked up.
 */
export const turnCrowdAway = ({
  full,
  desk,
  readPerSecond = READ_PER_SECOND,
}: {
  readonly full: () => boolean
  readonly desk: Pick<Desk, 'error'>
  readonly readPerSecond?: number
}) => {
  const mayBeRead = makeAllowance(readPerSecond)
  return async (ctx: Context, next: Next): Promise<void> => {
    if (ctx.method !== 'POST' || !full() || !HASHED.test(ctx.path) || mayBeRead()) return next()
    desk.error(ctx, 'BUSY', { waitSeconds: comeBackSeconds() })
  }
}
