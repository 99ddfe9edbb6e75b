/** Members who sign in without a pause, on whichever processes serve, and who tell how long they waited. */
import { randomInt } from 'node:crypto'
import type { Ask } from '../../../test/support/visitor.ts'
import { waitFor } from '../../../test/support/wait.ts'
import { isPending, SEEDED_PASSWORD, seededPerson } from '../../seed/people.ts'
import type { Server } from '../world/servers.ts'
import { aProvedService, signInTo } from '../world/service.ts'
import type { World } from '../world/world.ts'

export type Serving = {
  /** As a balancer: these take requests from now on. Resolves when the others have answered theirs. */
  serve(servers: readonly Server[]): Promise<void>
  stop(): Promise<{
    readonly served: number
    readonly failed: number
    readonly p99: number
    readonly firstFault?: string
  }>
}

const AT_ONCE = 2
const LIMIT_MS = 30_000

export const startServing = async (world: World, size: number, first: readonly Server[]): Promise<Serving> => {
  const service = await aProvedService(world)
  const waits: number[] = []
  let servers = first
  let going = true
  let failed = 0
  let firstFault: string | undefined

  const asking = new Map<Server, number>()
  const count = (server: Server, by: number) => asking.set(server, (asking.get(server) ?? 0) + by)
  /** Each request goes to one of those that serve at that moment. */
  const ask: Ask = async (url, init) => {
    const server = servers[randomInt(servers.length)]
    if (!server) throw new Error('nobody serves')
    count(server, 1)
    return server.fetch(url, init).finally(() => count(server, -1))
  }
  const [any] = first
  if (!any) throw new Error('nobody serves')
  const front: Server = { ...any, fetch: ask }

  const signInOnce = async (): Promise<void> => {
    const nth = randomInt(size)
    if (isPending(nth)) return
    const visitor = world.visitor(front, `10.${randomInt(256)}.${randomInt(256)}.${randomInt(1, 255)}`)
    const began = performance.now()
    try {
      const granted = await signInTo(visitor, service, { nir: seededPerson(nth).nir.number, password: SEEDED_PASSWORD })
      const { status } = await service.redeem(front, granted)
      if (status !== 200) throw new Error(`no tokens: ${status}`)
      waits.push(performance.now() - began)
    } catch (fault) {
      failed += 1
      firstFault ??= fault instanceof Error ? fault.message : String(fault)
    }
  }
  const comeAgain = async (): Promise<void> => {
    while (going) await signInOnce()
  }
  const all = Promise.all(Array.from({ length: AT_ONCE }, comeAgain))
  return {
    async serve(next) {
      servers = next
      await waitFor(() => [...asking].every(([server, left]) => left === 0 || next.includes(server)), LIMIT_MS)
    },
    async stop() {
      going = false
      await all
      const sorted = waits.sort((a, b) => a - b)
      const p99 = sorted[Math.floor(sorted.length * 0.99)] ?? Number.NaN
      return { served: waits.length, failed, p99, ...(firstFault === undefined ? {} : { firstFault }) }
    },
  }
}
