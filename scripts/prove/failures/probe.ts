/** Somebody who signs in over and over, from a new browser each time: whether people are served, and since when. */
import { setTimeout as pause } from 'node:timers/promises'
import { waitFor } from '../../../test/support/wait.ts'
import { makeSomebody } from '../crash/people.ts'
import { patiently } from '../world/patiently.ts'
import type { ProvedService } from '../world/service.ts'
import { signInTo } from '../world/service.ts'
import type { World } from '../world/world.ts'
import type { Front } from './front.ts'

const MEMBERS = 10
const EVERY_MS = 150
/** So many in a row: people are served again. */
const IN_A_ROW = 8

type Try = { readonly began: number; readonly ended: number; readonly served: boolean }

export type Probe = {
  /** Waits until people are served again, and have been for a moment. */
  served(limitMs: number): Promise<boolean>
  /** Since that moment: when the last who was turned away had begun, and for how long in all nobody got in. */
  outage(since: number): { readonly lastAt?: number; readonly ms: number }
  stop(): Promise<void>
}

export const startProbe = async (world: World, service: ProvedService, front: Front): Promise<Probe> => {
  const members = await Promise.all(
    Array.from({ length: MEMBERS }, () => patiently(() => world.enrol(makeSomebody(world.issuer, front.server)))),
  )
  const tries: Try[] = []
  let going = true

  const comeAgain = async (): Promise<void> => {
    for (let nth = 0; going; nth += 1) {
      const member = members[nth % MEMBERS]
      if (!member) return
      const began = performance.now()
      const { visitor } = makeSomebody(world.issuer, front.server, member)
      const served = await signInTo(visitor, service, member)
        .then(granted => service.redeem(front.server, granted))
        .then(
          ({ status }) => status === 200,
          () => false,
        )
      tries.push({ began, ended: performance.now(), served })
      await pause(EVERY_MS)
    }
  }
  const all = comeAgain()

  return {
    async served(limitMs) {
      const since = performance.now()
      const isSo = (): boolean => {
        const last = tries.filter(({ began }) => began >= since).slice(-IN_A_ROW)
        return last.length === IN_A_ROW && last.every(({ served }) => served)
      }
      return waitFor(isSo, limitMs).catch(() => false)
    },
    outage(since) {
      const seen = tries.filter(({ ended }) => ended >= since)
      let ms = 0
      let outSince: number | undefined
      let lastAt: number | undefined
      for (const { began, ended, served } of seen) {
        if (!served) {
          outSince ??= Math.max(began, since)
          lastAt = Math.max(began, since)
        } else if (outSince !== undefined) {
          ms += ended - outSince
          outSince = undefined
        }
      }
      return { ...(lastAt === undefined ? {} : { lastAt }), ms }
    },
    async stop() {
      going = false
      await all
    },
  }
}
