import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import type { CaseRecord } from '../../src/stores/contracts-cases.ts'
import { aCase, aJob, anId, later, noon } from '../builders/records.ts'
import { eachOpened, type LastingStores, type OpenStores } from './set-up.ts'

const AT_ONCE = 12

export const caseStoreContract = (open: OpenStores<LastingStores>): void => {
  const opened = eachOpened(open, { beforeEach, afterEach })
  const cases = () => opened().stores.cases
  const idsOf = (found: readonly CaseRecord[]) => found.map(({ id }) => id)
  const decided = {
    status: 'decided',
    holderSays: 'wasNotMe',
    decision: {
      verdict: 'numberMoves',
      by: 'agent-1',
      reason: 'ticket 12',
      at: later(5),
      effectiveAt: later(900),
      confirmedBy: 'agent-2',
    },
    nextAt: later(900),
  } as const

  describe('cases', () => {
    it('come back as they were added, once, with what came with them', async () => {
      const one = aCase(decided)
      expect(await cases().add(one, { jobs: [aJob()] })).toBe('added')
      expect(await cases().add({ ...one, holder: anId() }, { jobs: [aJob()] })).toBe('exists')
      expect(await cases().find(one.id)).toEqual(one)
      expect(await opened().stores.jobs.count('mail')).toBe(1)
      expect(await cases().find(anId())).toBeUndefined()
    })

    it('change by a compare-and-set on their version, and lose what the change leaves out', async () => {
      const one = aCase()
      await cases().add(one, {})
      const change = { ...one, ...decided }
      expect(await cases().change(change, 1, { jobs: [aJob()] })).toBe('changed')
      expect(await cases().find(one.id)).toEqual({ ...change, version: 2 })
      expect(await cases().change(one, 1, { jobs: [aJob()] })).toBe('conflict')
      expect(await cases().change(one, 2, {})).toBe('changed')
      expect(await cases().find(one.id)).toEqual({ ...one, version: 3 })
      expect(await cases().change(aCase(), 1, {})).toBe('gone')
      expect(await opened().stores.jobs.count('mail')).toBe(1)
    })

    it('are decided once of many decisions at once', async () => {
      const one = aCase()
      await cases().add(one, {})
      const tries = Array.from({ length: AT_ONCE }, () => cases().change({ ...one, ...decided }, 1, { jobs: [aJob()] }))
      expect((await Promise.all(tries)).filter(outcome => outcome === 'changed')).toHaveLength(1)
      expect(await opened().stores.jobs.count('mail')).toBe(1)
    })

    it('are listed by age until they are closed', async () => {
      const second = aCase({ openedAt: later(10) })
      const first = aCase({ status: 'opening' })
      const over = aCase({ status: 'closed', closed: { as: 'keep', at: noon } })
      for (const one of [second, first, over]) await cases().add(one, {})
      expect(idsOf(await cases().listOpen())).toEqual([first.id, second.id])
      await cases().change({ ...first, status: 'closed', closed: { as: 'settled', at: later(5) } }, 1, {})
      expect(idsOf(await cases().listOpen())).toEqual([second.id])
      expect((await cases().find(first.id))?.closed).toEqual({ as: 'settled', at: later(5) })
    })

    it('are erased once they have been closed for so long, so many at most, and never before', async () => {
      const closed = { as: 'keep', at: noon } as const
      const two = [aCase({ status: 'closed', closed }), aCase({ status: 'closed', closed })]
      const young = aCase({ status: 'closed', closed: { as: 'keep', at: later(60) } })
      const unfinished = aCase({ status: 'closed', closed, nextAt: noon })
      const open = aCase()
      for (const one of [...two, young, unfinished, open]) await cases().add(one, {})
      expect(await cases().purge(later(30), 1)).toBe(1)
      expect(await cases().purge(later(30), 10)).toBe(1)
      for (const { id } of two) expect(await cases().find(id)).toBeUndefined()
      for (const one of [young, unfinished, open]) expect(await cases().find(one.id)).toEqual(one)
    })

    it('are due once their moment has come, the most overdue first, so many at most', async () => {
      const never = aCase()
      const [late, later1, future] = [60, 30, 600].map(seconds => aCase({ nextAt: later(100 - seconds) }))
      const tomorrow = aCase({ nextAt: later(86_400) })
      for (const one of [never, later1, late, future, tomorrow]) if (one) await cases().add(one, {})
      const now = later(75)
      expect(idsOf(await cases().due(now, 10))).toEqual([future?.id, late?.id, later1?.id])
      expect(idsOf(await cases().due(now, 2))).toEqual([future?.id, late?.id])
      if (future) await cases().change({ ...aCase({ id: future.id }) }, 1, {})
      expect(idsOf(await cases().due(now, 10))).toEqual([late?.id, later1?.id])
    })
  })
}
