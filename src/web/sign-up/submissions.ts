import { createHash } from 'node:crypto'
import type { AccountId, RecordStore } from '../../stores/contracts.ts'
import type { SentForm } from '../kit/desk.ts'

/** One sending of one form: a double click, or the back button, sends the very same again and is answered the same. */
export type Submissions = {
  /** 'first': go on, then `done` or `abandon`. 'done': it was, for this account. 'busy': another one is still at it. */
  begin(
    form: SentForm,
  ): Promise<
    { readonly kind: 'first' } | { readonly kind: 'done'; readonly accountId: AccountId } | { readonly kind: 'busy' }
  >
  done(form: SentForm, accountId: AccountId): Promise<void>
  abandon(form: SentForm): Promise<void>
}

const KIND = 'submission'
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

type Record = { readonly accountId?: AccountId }

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
      const id = idOf(form)
      for (let poll = 0; poll < POLLS; poll++) {
        if ((await records.putNew(KIND, id, {}, later(AT_IT_MS))) === 'put') return { kind: 'first' }
        const standing = (await records.get(KIND, id)) as Record | undefined
        if (standing?.accountId) return { kind: 'done', accountId: standing.accountId }
        await new Promise(resolve => setTimeout(resolve, POLL_MS))
      }
      return { kind: 'busy' }
    },
    done: (form, accountId) => records.put(KIND, idOf(form), { accountId }, later(KEPT_MS)),
    abandon: form => records.remove(KIND, idOf(form)),
  }
}
