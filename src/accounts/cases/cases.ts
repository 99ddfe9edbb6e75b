import type { Outbox } from '../../mail/outbox.ts'
import type { AccountStore } from '../../stores/contracts.ts'
import type { CaseId } from '../../stores/contracts-cases.ts'
import type { CrossCheckNumber } from '../linking/reconcile.ts'
import { makeAdvance, makeAdvanceDue } from './advance.ts'
import { makeCaseAgents } from './agents.ts'
import { makeDecisions } from './decide.ts'
import type { CaseNeeds } from './needs.ts'
import { makeSettle } from './settle.ts'
import { makeCaseStanding } from './standing.ts'
import { makeTelling } from './telling.ts'

export type CasesNeeds = Omit<CaseNeeds, 'telling' | 'accounts'> & {
  readonly accounts: AccountStore
  readonly crossCheck: CrossCheckNumber
  readonly outbox: Outbox
  /** Seconds within which an agent is said to decide, and in which a decision may be contested. */
  readonly answerSeconds: number
  readonly contestSeconds: number
  readonly failed: (id: CaseId, fault: unknown) => void
}

/** Every act on cases, over the same stores: for the pages, the command line and the minute's turn. */
export const makeCases = (given: CasesNeeds) => {
  const needs = { ...given, telling: makeTelling(given) }
  const advance = makeAdvance(needs)
  return {
    advance,
    advanceDue: makeAdvanceDue({ ...needs, advance }),
    settle: makeSettle({ ...needs, advance }),
    ...makeCaseStanding(needs),
    ...makeDecisions(needs),
    agents: makeCaseAgents(needs),
  }
}

export type Cases = ReturnType<typeof makeCases>
