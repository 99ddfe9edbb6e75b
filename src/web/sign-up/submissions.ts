import { createHash } from 'node:crypto'
import type { AccountId, RecordStore } from '../../stores/contracts.ts'
import type { SentForm } from '../kit/desk.ts'

/**
 * One sending of one form: a double click, or the back button, sends the very same again and is answered the same. Sendings of
 * one form go one after the other, whatever they hold: one pass of its control opens one account.
 */
export type Submissions = {
  /** 'first': go on, then `done` or `abandon`. 'done': it was, for this account. 'busy': others are still at it. */
  begin(
    form: SentForm,
  ): Promise<
    { readonly kind: 'first' } | { readonly kind: 'done'; readonly accountId: AccountId } | { readonly kind: 'busy' }
  >
  done(form: SentForm, accountId: AccountId): Promise<void>
  abandon(form: SentForm): Promise<void>
}

const TURN = 'submissionTurn'
const DONE = 'submission'
const KEPT_MS = 30 * 60_000
/** A process that died at it lets the next try in. */
const AT_IT_MS = 20_000
const POLL_MS = 100
const POLLS = 80

const idOf = ({ formId, fields }: SentForm): string => {
  const { _token, ...answers } = fields
  return createHash('sha256')
    .update(JSON.stringify([formId, Object.entries(answers).sort()]))
    .digest('base64url')
}

type Record = { readonly accountId: AccountId }

export const makeSubmissions = ({
  records,
  clock,
}: {
  readonly records: Pick<RecordStore, 'put' | 'putNew' | 'get' | 'remove'>
  readonly clock: () => Date
}): Submissions => {
  const later = (milliseconds: number) => new Date(clock().getTime() + milliseconds)
  return {
    begin: async form => {
      for (let poll = 0; poll < POLLS; poll++) {
        if ((await records.putNew(TURN, form.formId, {}, later(AT_IT_MS))) === 'put') {
          const done = (await records.get(DONE, idOf(form))) as Record | undefined
          if (!done) return { kind: 'first' }
          await records.remove(TURN, form.formId)
          return { kind: 'done', accountId: done.accountId }
        }
        await new Promise(resolve => setTimeout(resolve, POLL_MS))
      }
      return { kind: 'busy' }
    },
    done: async (form, accountId) => {
      await records.put(DONE, idOf(form), { accountId }, later(KEPT_MS))
      await records.remove(TURN, form.formId)
    },
    abandon: form => records.remove(TURN, form.formId),
  }
}
