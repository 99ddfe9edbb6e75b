import type { DemoLog } from '../../common/log.ts'
import type { SampleServiceMetadata } from '../metadata.ts'
import type { Provider } from '../provider.ts'
import type { Sessions } from '../sessions.ts'

/** What the routes of the sample service share. */
export type RouteNeeds = {
  readonly issuer: string
  readonly clientId: string
  readonly url: string
  readonly metadata: SampleServiceMetadata
  readonly provider: () => Promise<Provider>
  readonly sessions: Sessions
  readonly log: DemoLog
}
