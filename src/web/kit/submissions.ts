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
  /**
   * Acts, unless the very same page was sent and acted on seconds ago: a second click on its button. Settled by the store; who
   * comes while another one acts waits for it, and acts when it died.
   */
  click(form: SentForm, act: () => Promise<unknown>): Promise<void>
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
const AT_IT_MS = 4_500
const STILL_AT_IT_MS = 1_500
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

  const inTurn = async (turn: string, work: () => Promise<void>): Promise<'worked' | 'busy'> => {
    if (!(await takeTurn(turn))) return 'busy'
    const stillAtIt = setInterval(() => {
      // a store that is away now is asked again at the next turn
      records.put(TURN, turn, {}, later(AT_IT_MS)).catch(() => undefined)
    }, STILL_AT_IT_MS)
    // left standing it ends by itself: what was done stays done, and who was turned away is not kept waiting for it
    const leave = (): Promise<void> => {
      clearInterval(stillAtIt)
      return records.remove(TURN, turn).catch(() => undefined)
    }
    try {
      await work()
    } catch (fault) {
      void leave()
      throw fault
    }
    await leave()
    return 'worked'
  }

  return {
    once: async (ctx, form, { act, again, alone }) => {
      const turned = await inTurn(alone ? idOf(form) : form.formId, async () => {
        const done = (await records.get(DONE, idOf(form))) as Done | undefined
        await (done ? again(done.outcome) : act())
      })
      if (turned === 'busy') desk.error(ctx, 'BUSY', { waitSeconds: BUSY_SECONDS })
    },
    click: async ({ fields: { _token = '' } }, act) => {
      await inTurn(_token, async () => {
        if ((await records.get(CLICK, _token)) !== undefined) return
        await act()
        await records.put(CLICK, _token, {}, later(CLICKS_MS))
      })
    },
    done: (form, outcome) => records.put(DONE, idOf(form), { outcome }, later(KEPT_MS)),
  }
}
