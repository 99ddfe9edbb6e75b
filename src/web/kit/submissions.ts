import { createHash } from 'node:crypto'
import type { Context } from 'koa'
import type { RecordStore } from '../../stores/contracts.ts'
import type { Desk, SentForm } from './desk.ts'

/**
 * One sending of one form: a double click, or the back button, sends the very same again and is answered the same. Sendings of
 * one form go one after the other, whatever they hold: one pass of its control is worth one deed.
 */
export type Submissions = {
  /** Answers by `act`, which calls `done` when the deed is done; by `again`, given its outcome, when it was. */
  once(
    ctx: Context,
    form: SentForm,
    answer: {
      readonly act: () => Promise<void>
      readonly again: (outcome: string) => Promise<void> | void
      /** Only the very same sending waits for its turn: the form's others are tries of their own, each counted. */
      readonly alone?: true
    },
  ): Promise<void>
  /** false for the very same page sent again within seconds: a second click on its button. Settled by the store. */
  isFirst(form: SentForm): Promise<boolean>
  /** `outcome` is what the page needs to answer the same again. */
  done(form: SentForm, outcome: string): Promise<void>
}

const TURN = 'submissionTurn'
const DONE = 'submission'
const CLICK = 'submissionClick'
/** Two clicks are no further apart; the same page sent later is meant. */
const CLICKS_MS = 10_000
const KEPT_MS = 30 * 60_000
/** A process that died at it lets the next try in, before that one gives up; one that lives says so again and again. */
const AT_IT_MS = 6_000
const STILL_AT_IT_MS = 2_000
const POLL_MS = 100
const POLLS = 80
const BUSY_SECONDS = 10

const idOf = ({ formId, fields }: SentForm): string => {
  const { _token, ...answers } = fields
  return createHash('sha256')
    .update(JSON.stringify([formId, Object.entries(answers).sort()]))
    .digest('base64url')
}

type Done = { readonly outcome: string }

export const makeSubmissions = ({
  records,
  clock,
  desk,
}: {
  readonly records: Pick<RecordStore, 'put' | 'putNew' | 'get' | 'remove'>
  readonly clock: () => Date
  readonly desk: Pick<Desk, 'error'>
}): Submissions => {
  const later = (milliseconds: number) => new Date(clock().getTime() + milliseconds)

  const takeTurn = async (id: string): Promise<boolean> => {
    for (let poll = 0; poll < POLLS; poll++) {
      if ((await records.putNew(TURN, id, {}, later(AT_IT_MS))) === 'put') return true
      await new Promise(resolve => setTimeout(resolve, POLL_MS))
    }
    return false
  }

  return {
    once: async (ctx, form, { act, again, alone }) => {
      const turn = alone ? idOf(form) : form.formId
      if (!(await takeTurn(turn))) return desk.error(ctx, 'BUSY', { waitSeconds: BUSY_SECONDS })
      const stillAtIt = setInterval(() => {
        // a store that is away now is asked again at the next turn
        records.put(TURN, turn, {}, later(AT_IT_MS)).catch(() => undefined)
      }, STILL_AT_IT_MS)
      try {
        const done = (await records.get(DONE, idOf(form))) as Done | undefined
        await (done ? again(done.outcome) : act())
      } finally {
        clearInterval(stillAtIt)
        await records.remove(TURN, turn)
      }
    },
    isFirst: async ({ fields }) => (await records.putNew(CLICK, fields._token ?? '', {}, later(CLICKS_MS))) === 'put',
    done: (form, outcome) => records.put(DONE, idOf(form), { outcome }, later(KEPT_MS)),
  }
}
