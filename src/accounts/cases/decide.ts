/** What agents do with a case, from the command line: each act with its reason, audited, both people told. */
import type { Audit } from '../../audit/log.ts'
import type { AccountStore } from '../../stores/contracts.ts'
import type { CaseId, CaseRecord, CaseStore, CaseVerdict } from '../../stores/contracts-cases.ts'
import { untilSettled } from '../attempts.ts'
import type { Clock } from '../needs.ts'
import type { Telling } from './telling.ts'

export type CaseAct = { readonly id: CaseId; readonly actor: string; readonly reason: string }

export type DecideOutcome =
  /** Carried out at `effectiveAt`, unless it is undone. */
  | { readonly kind: 'decided'; readonly effectiveAt: Date }
  /** A second agent confirms it; nothing happens until then. */
  | { readonly kind: 'toConfirm' }
  | { readonly kind: 'alreadyDecided' | 'notOpen' | 'unknown' }

export type ConfirmOutcome =
  | { readonly kind: 'decided'; readonly effectiveAt: Date }
  | { readonly kind: 'sameAgent' | 'nothingToConfirm' | 'unknown' }

export type UndoDecisionOutcome = { readonly kind: 'undone' | 'nothingToUndo' | 'unknown' }

export type DecideNeeds = {
  readonly cases: Pick<CaseStore, 'find' | 'change'>
  readonly accounts: Pick<AccountStore, 'find'>
  readonly telling: Telling
  readonly audit: Audit
  readonly clock: Clock
  /** How long a decision may be contested and undone before it takes effect, in seconds. */
  readonly contestSeconds: number
  /** Within how long people are told that an agent decides, in seconds. */
  readonly answerSeconds: number
}

const needsSecond = (verdict: CaseVerdict): boolean => verdict === 'numberMoves'

export const makeDecisions = (needs: DecideNeeds) => {
  const { cases, accounts, telling, audit, clock, contestSeconds, answerSeconds } = needs
  const after = (seconds: number): Date => new Date(clock().getTime() + seconds * 1000)

  const announce = async (record: CaseRecord, verdict: CaseVerdict, effectiveAt: Date) =>
    telling.tellBoth(accounts, record, { news: 'decided', effect: verdict, at: effectiveAt.toISOString() })

  const isOver = ({ decision }: CaseRecord): boolean =>
    decision !== undefined && !mayStillConfirm(decision) && decision.effectiveAt <= clock()

  const mayStillConfirm = ({ verdict, confirmedBy }: NonNullable<CaseRecord['decision']>): boolean =>
    needsSecond(verdict) && confirmedBy === undefined

  const decide = ({ id, actor, reason }: CaseAct, verdict: CaseVerdict): Promise<DecideOutcome> =>
    untilSettled(async (): Promise<DecideOutcome | 'again'> => {
      const record = await cases.find(id)
      if (!record) return { kind: 'unknown' }
      if (record.status === 'decided') return { kind: 'alreadyDecided' }
      if (record.status !== 'open') return { kind: 'notOpen' }
      const effectiveAt = after(contestSeconds)
      const second = needsSecond(verdict)
      const decision = { verdict, by: actor, reason, at: clock(), effectiveAt }
      const changed = await cases.change(
        { ...record, status: 'decided', decision, ...(second ? {} : { nextAt: effectiveAt }) },
        record.version,
        {
          events: [audit.event('case.decided', { case: id, verdict, actor, reason })],
          jobs: second ? [] : await announce(record, verdict, effectiveAt),
        },
      )
      if (changed !== 'changed') return 'again'
      return second ? { kind: 'toConfirm' } : { kind: 'decided', effectiveAt }
    })

  const confirm = ({ id, actor, reason }: CaseAct): Promise<ConfirmOutcome> =>
    untilSettled(async (): Promise<ConfirmOutcome | 'again'> => {
      const record = await cases.find(id)
      if (!record) return { kind: 'unknown' }
      const { decision } = record
      if (record.status !== 'decided' || !decision || !mayStillConfirm(decision)) return { kind: 'nothingToConfirm' }
      if (decision.by.toLowerCase() === actor.toLowerCase()) return { kind: 'sameAgent' }
      // both are told now: the delay in which they may contest begins now
      const effectiveAt = after(contestSeconds)
      const changed = await cases.change(
        { ...record, decision: { ...decision, confirmedBy: actor, effectiveAt }, nextAt: effectiveAt },
        record.version,
        {
          events: [audit.event('case.confirmed', { case: id, actor, reason })],
          jobs: await announce(record, decision.verdict, effectiveAt),
        },
      )
      return changed === 'changed' ? { kind: 'decided', effectiveAt } : 'again'
    })

  const undo = ({ id, actor, reason }: CaseAct): Promise<UndoDecisionOutcome> =>
    untilSettled(async (): Promise<UndoDecisionOutcome | 'again'> => {
      const record = await cases.find(id)
      if (!record) return { kind: 'unknown' }
      const { decision, nextAt: _, ...rest } = record
      if (record.status !== 'decided' || !decision || isOver(record)) return { kind: 'nothingToUndo' }
      // of a decision that nobody confirmed they were not told: nor of another date
      const untold = mayStillConfirm(decision)
      const dueBy = untold ? record.dueBy : after(answerSeconds)
      const changed = await cases.change({ ...rest, status: 'open', dueBy }, record.version, {
        events: [audit.event('case.undone', { case: id, actor, reason })],
        jobs: untold ? [] : await telling.tellBoth(accounts, record, { news: 'reopened', at: dueBy.toISOString() }),
      })
      return changed === 'changed' ? { kind: 'undone' } : 'again'
    })

  return { decide, confirm, undo }
}
