import { type AccountRecord, StoreAway } from '../stores/contracts.ts'

const ROUNDS = 8

/**
 * Changes an account by compare-and-set: `step` reads it, decides, and answers 'again' when somebody was faster. Gives up
 * after a few rounds with StoreAway, since doing it all again is safe.
 */
export const untilSettled = async <Outcome>(step: () => Promise<Outcome | 'again'>): Promise<Outcome> => {
  for (let round = 0; round < ROUNDS; round += 1) {
    const outcome = await step()
    if (outcome !== 'again') return outcome
  }
  throw new StoreAway('an account is changed by too many at once')
}

/** Whether whoever was in the account before is still in it: it was not handed to somebody else, nor its sessions ended. */
export const sameSessions = (before: AccountRecord | undefined, now: AccountRecord | undefined): boolean =>
  before?.validAfter.getTime() === now?.validAfter.getTime()

/** Whether two accounts, or an account and something typed, have a look-up key in common. */
export const sharesKey = (a: AccountRecord['emailKeys'], b: AccountRecord['emailKeys']): boolean =>
  a.some(one => b.some(other => one.keyId === other.keyId && one.value === other.value))
