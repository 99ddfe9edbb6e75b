/** A Guichet that dies where it is told to. What its workers and its command line do, it does when asked, and nothing else. */
import { makePurgePending } from '../../../src/accounts/purge.ts'
import { openAgentTools } from '../../../src/cli/agents.ts'
import { openFoundations } from '../../../src/foundations.ts'
import { serve } from '../world/serving.ts'
import { makePoints, type Point } from './points.ts'

const points = makePoints()

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
    }
  },
})
