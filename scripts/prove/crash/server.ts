/** A Guichet that dies where it is told to. What its workers and its command line do, it does when asked, and nothing else. */
import { makePurgePending } from '../../../src/accounts/purge.ts'
import { openAgentTools, openCases } from '../../../src/cli/agents.ts'
import { openFoundations } from '../../../src/foundations.ts'
import type { CaseVerdict } from '../../../src/stores/contracts-cases.ts'
import { serve } from '../world/serving.ts'
import { makePoints, type Point } from './points.ts'

const points = makePoints()

/** `daysAgo`: by a clock that was behind, so that nobody may contest it any more. */
export type CaseAct = { readonly daysAgo?: number } & (
  | { readonly act: 'decide'; readonly verdict: CaseVerdict }
  | { readonly act: 'confirm' | 'undo' | 'takeEffect' }
)

const DAY_MS = 86_400_000

export type AgentAct = 'suspend' | 'resume' | 'endSessions' | 'releaseNumber'

await serve({
  around: points.around,
  answers: async ({ app, configuration, clock }) => {
    const beside = await openFoundations(configuration, clock, points.around)
    const agents = openAgentTools({ ...beside, configuration, clock })
    const { pending: pendingSeconds } = configuration.config.retention
    const purgePending = makePurgePending({ ...beside.stores, audit: beside.audit, clock, pendingSeconds })
    return {
      begin: (point: Point | undefined) => points.begin(point),
      traced: () => points.traced(),
      work: () => app.start(),
      expire: () => app.oidc.endExpiredSessions(clock(), 200),
      purgePending: () => purgePending(),
      agent: ({ act, nir }: { readonly act: AgentAct; readonly nir: string }) =>
        agents[act]({ nir, actor: 'prove', reason: 'prove' }),
      case: async ({ id, daysAgo = 0, ...asked }: CaseAct & { readonly id: string }) => {
        const then = () => new Date(clock().getTime() - daysAgo * DAY_MS)
        const cases = await openCases({ ...beside, configuration, clock: then })
        const by = { id, actor: asked.act, reason: 'prove' }
        if (asked.act === 'decide') return cases.decide(by, asked.verdict)
        // what the minute's turn does
        return asked.act === 'takeEffect' ? cases.advance(id) : cases[asked.act](by)
      },
    }
  },
})
