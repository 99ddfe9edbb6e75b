/** Members who sign in without a pause, on whichever processes serve, and who tell how long they waited. */
import type { Server } from '../world/servers.ts'
import { aProvedService, signInTo } from '../world/service.ts'
import type { World } from '../world/world.ts'
import { aNetwork, anyMember } from './crowd.ts'

export type Serving = {
  stop(): Promise<{
    readonly served: number
    readonly failed: number
    readonly p99: number
    readonly firstFault?: string
  }>
}

const AT_ONCE = 2

export const startServing = async (world: World, size: number, front: Server): Promise<Serving> => {
  const service = await aProvedService(world)
  const waits: number[] = []
  let going = true
  let failed = 0
  let firstFault: string | undefined

  const signInOnce = async (): Promise<void> => {
    const visitor = world.visitor(front, aNetwork())
    const began = performance.now()
    try {
      const { status } = await service.redeem(front, await signInTo(visitor, service, anyMember(size)))
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
    async stop() {
      going = false
      await all
      const sorted = waits.sort((a, b) => a - b)
      const p99 = sorted[Math.floor(sorted.length * 0.99)] ?? Number.NaN
      return { served: waits.length, failed, p99, ...(firstFault === undefined ? {} : { firstFault }) }
    },
  }
}
