/** Cases: somebody whom an upstream verified claims the number of an account that stands, and an agent decides. */
import type { AccountId, Effects } from './contracts-effects.ts'

/** What people quote: nothing personal, nor anything that opens something. */
export type CaseId = string

/**
 * `samePerson`: the verified identity becomes the way in to the account that holds the number. `numberMoves`: the number alone goes
 * to the claimant's account. `keep`: nothing changes. `closeBoth`.
 */
export type CaseVerdict = 'samePerson' | 'numberMoves' | 'keep' | 'closeBoth'

export type CaseDecision = {
  readonly verdict: CaseVerdict
  /** The agent's code. */
  readonly by: string
  /** As the audit has it. */
  readonly reason: string
  readonly at: Date
  /** Until then it may be contested, and undone. */
  readonly effectiveAt: Date
  /** The second agent's code, where one is needed. */
  readonly confirmedBy?: string
}

export type CaseRecord = {
  readonly id: CaseId
  /** Grows by one at each change: changes are compare-and-set on it. */
  readonly version: number
  /** `opening`: its two accounts are still being told of it. `takingEffect`: nothing undoes the decision any more. */
  readonly status: 'opening' | 'open' | 'decided' | 'takingEffect' | 'closed'
  /** The account without number that was opened with the verified identity. */
  readonly claimant: AccountId
  /** The account that holds the number. */
  readonly holder: AccountId
  /** Answered to « Avez-vous déjà un compte ? ». */
  readonly claimantSays: 'hasAccount' | 'hasNone' | 'doesNotKnow'
  /** The claimant gave the password of the account that holds the number. */
  readonly passwordGiven: boolean
  /** What whoever signs in to that account says of the request. */
  readonly holderSays?: 'wasMe' | 'wasNotMe'
  readonly openedAt: Date
  /** The date that both were told. */
  readonly dueBy: Date
  readonly decision?: CaseDecision
  /** What ended it, and when. `settled`: the holder came verified too. `abandoned`: it never came to its accounts. */
  readonly closed?: {
    readonly as: CaseVerdict | 'settled' | 'abandoned' | 'numberTaken'
    readonly at: Date
  }
  /** When something is to be done about it by itself: opened to its end, or a decision carried out. */
  readonly nextAt?: Date
}

export interface CaseStore {
  /** 'exists': one of that id is there, and was left. */
  add(opened: CaseRecord, effects: Effects): Promise<'added' | 'exists'>
  find(id: CaseId): Promise<CaseRecord | undefined>
  /** Those that are not closed, oldest first, 500 at most. */
  listOpen(): Promise<readonly CaseRecord[]>
  /** Those whose `nextAt` has come, the most overdue first. */
  due(now: Date, limit: number): Promise<readonly CaseRecord[]>
  /** Erases those closed before `before`, `limit` at most; says how many. */
  purge(before: Date, limit: number): Promise<number>
  /** Puts it in the place of the one at `expectedVersion`, one version further. */
  change(changed: CaseRecord, expectedVersion: number, effects: Effects): Promise<'changed' | 'conflict' | 'gone'>
}
