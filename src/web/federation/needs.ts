import type { makeArrive } from '../../accounts/linking/arrive.ts'
import type { Federation } from '../../federation/federation.ts'
import type { Interactions } from '../../oidc/contracts.ts'
import type { Desk } from '../kit/desk.ts'
import type { Devices } from '../kit/devices.ts'
import type { Requests } from '../kit/requests.ts'
import type { FinishSignIn } from '../sign-in/finish.ts'
import type { Arrivals } from './arrivals.ts'
import type { Flights } from './flights.ts'
import type { UpstreamSessions } from './upstream-sessions.ts'
import type { Upstreams } from './upstreams.ts'

export type FederationPageNeeds = {
  readonly desk: Desk
  readonly requests: Requests
  readonly interactions: Interactions
  readonly devices: Devices
  readonly federation: Federation
  readonly flights: Flights
  readonly arrivals: Arrivals
  readonly upstreams: Upstreams
  readonly upstreamSessions: UpstreamSessions
  readonly arrive: ReturnType<typeof makeArrive>
  readonly finishSignIn: FinishSignIn
}
