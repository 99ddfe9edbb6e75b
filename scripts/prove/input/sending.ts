/** Cases sent by several browsers at once, each with its own living things, renewed as they wear out. */
import type { PartNeeds } from '../part.ts'
import type { Server } from '../world/servers.ts'
import type { World } from '../world/world.ts'
import { baseRequest } from './base.ts'
import type { Case, Cases } from './cases.ts'
import type { Faults } from './faults.ts'
import { type Fault, judge } from './judge.ts'
import { bytesOf } from './request.ts'
import type { Routes } from './routes.ts'
import { type MadeStanding, makeStanding, nobody, type Services, type Standing } from './standing.ts'
import { exchange } from './wire.ts'

const LIMIT_MS = 20_000
/** Links are voided and sessions ended by what is sent: new people take over. */
const WORN_AFTER = 250

export type Found = { readonly fault: Fault; readonly say: string }
export type Tally = {
  sent: number
  accounts: number
  readonly addresses: Set<string>
  readonly found: Found[]
  readonly statuses: Map<string, number>
}
export const emptyTally = (): Tally => ({ sent: 0, accounts: 0, addresses: new Set(), found: [], statuses: new Map() })

export type SendingNeeds = Pick<PartNeeds, 'signal' | 'progress'> & {
  readonly world: World
  readonly server: Server
  readonly routes: Routes
  readonly services: Services
  readonly tally: Tally
  readonly faults: Faults
}

type Pair = { readonly somebody: Standing; readonly nobody: Standing }

const pairOf = async ({ world, server, routes, services, tally }: SendingNeeds): Promise<Pair> => {
  const make = async (): Promise<MadeStanding> => {
    const made = await makeStanding(world, server, routes.all, services)
    tally.accounts += made.accounts
    for (const address of made.addresses) tally.addresses.add(address)
    return made
  }
  const [one, other] = [await make(), await make()]
  return { somebody: { ...one, other }, nobody: { ...nobody, other: one } }
}

const network = (index: number): string => `10.${(index >> 16) & 255}.${(index >> 8) & 255}.${index & 255}`

const hiddenFrom = ({ route, who, impostor }: Case, { own, other }: Standing): readonly string[] => {
  if (who === 'nobody') return other.own
  if (!impostor) return []
  // told by the token, which is their own, whatever the cookies
  return route.path === '/userinfo' ? other.own : own
}

const send = async (needs: SendingNeeds, one: Case, at: string, index: number, pair: Pair): Promise<void> => {
  const { world, server, services, tally } = needs
  const standing = pair[one.who]
  const { host } = new URL(world.issuer)
  const base = baseRequest({ ...one, standing, services, host, network: network(index) })
  const request = one.apply(base, standing)
  const sent = bytesOf(request)
  const got = await exchange(server.port, sent, LIMIT_MS)
  const found = judge(got, {
    issuer: world.issuer,
    method: request.method,
    path: (request.target ?? request.path).replace(/\?.*/s, ''),
    wire: one.wire,
    answers: one.shape.answers ?? 1,
    refused: one.refused,
    hidden: hiddenFrom(one, standing),
  })
  tally.sent += 1
  const first = got.answers[0]
  const status = first ? `${Math.floor(first.status / 100)}xx` : 'closed'
  tally.statuses.set(status, (tally.statuses.get(status) ?? 0) + 1)
  const statuses = got.answers.map(answer => answer.status).join() || 'closed'
  for (const { fault, detail } of found) {
    const told = { fault, say: `${at} ${one.say} → ${statuses}${detail === '' ? '' : ` (${detail})`}` }
    tally.found.push(told)
    needs.faults.add(told)
  }
}

const LANES = 8

/** Sends those from `from` to `to`, until told to stop. `keep`: with these people throughout, who do not wear out. */
export const sendAll = async (
  needs: SendingNeeds,
  cases: Cases,
  { from = 0, to, lanes = LANES }: { readonly from?: number; readonly to: number; readonly lanes?: number },
  pairs: readonly Pair[] = [],
): Promise<void> => {
  let next = from
  const lane = async (_: unknown, at: number): Promise<void> => {
    let pair = pairs[at] ?? (await pairOf(needs))
    let worn = 0
    while (next < to && !needs.signal.aborted) {
      const index = next
      next += 1
      if (worn >= WORN_AFTER && pairs.length === 0) {
        pair = await pairOf(needs)
        worn = 0
      }
      const one = cases.at(index)
      await send(needs, one, `${cases.name} #${index}`, index, pair)
      if (one.who === 'somebody') worn += 1
      if (needs.tally.sent % 50 === 0) needs.progress(`${needs.tally.sent} sent, ${needs.tally.found.length} faults`)
    }
  }
  await Promise.all(Array.from({ length: lanes }, lane))
}

export const pairsFor = (needs: SendingNeeds, lanes: number): Promise<readonly Pair[]> =>
  Promise.all(Array.from({ length: lanes }, () => pairOf(needs)))
