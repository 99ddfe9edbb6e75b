import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import type { AuditEvent } from '../../src/audit/events.ts'
import { verifyAudit } from '../../src/audit/verify.ts'
import type { AuditStore } from '../../src/stores/contracts.ts'
import { anAuditChain } from '../builders/keys.ts'
import { later, noon } from '../builders/records.ts'
import { eachOpened, type LastingStores, type OpenStores } from './set-up.ts'

const anEvent = (at = noon): AuditEvent => ({ name: 'account.purged', details: { count: 1 }, at })
const day = 24 * 3600

const verdicts = async (store: AuditStore) => {
  const found: string[] = []
  for await (const { verdict } of verifyAudit(store, [anAuditChain()])) found.push(verdict.kind)
  return found
}

export const auditStoreContract = (open: OpenStores<LastingStores>): void => {
  const opened = eachOpened(open, { beforeEach, afterEach })
  const audit = () => opened().stores.audit

  describe('the audit', () => {
    it('keeps events in their order, chained', async () => {
      await audit().append([anEvent(), anEvent(later(1))])
      await audit().append([anEvent(later(2))])
      const [segment] = await audit().segments()
      const entries = await audit().read(segment?.segment ?? '', 1, 10)
      expect(entries.map(entry => [entry.sequence, entry.at])).toEqual([
        [1, noon],
        [2, later(1)],
        [3, later(2)],
      ])
      expect(await audit().read(segment?.segment ?? '', 2, 1)).toEqual([entries[1]])
      expect(await verdicts(audit())).toEqual(['noCheckpoint'])
    })

    it('has a segment for each process', async () => {
      const other = await opened().another()
      await audit().append([anEvent()])
      await other.audit.append([anEvent()])
      expect(await audit().segments()).toHaveLength(2)
    })

    it('closes past days with a checkpoint, and its own when it stops', async () => {
      await audit().append([anEvent()])
      await audit().close(noon, false)
      expect(await verdicts(audit())).toEqual(['noCheckpoint'])
      opened().clock.set(later(day))
      await audit().append([anEvent(later(day))])
      await audit().close(later(day), false)
      expect(await verdicts(audit())).toEqual(['intact', 'noCheckpoint'])
      await audit().close(later(day), true)
      expect(await verdicts(audit())).toEqual(['intact', 'intact'])
    })

    it('goes on in another segment when its own was closed', async () => {
      await audit().append([anEvent()])
      await audit().close(noon, true)
      await audit().append([anEvent()])
      expect(await audit().segments()).toHaveLength(2)
      expect((await verdicts(audit())).sort()).toEqual(['intact', 'noCheckpoint'])
    })

    it('purges whole closed segments and keeps their checkpoints', async () => {
      await audit().append(Array.from({ length: 30 }, () => anEvent()))
      opened().clock.set(later(day))
      await audit().append([anEvent(later(day))])
      expect(await audit().purge(later(2 * day))).toBe(0)
      await audit().close(later(2 * day), true)
      expect(await audit().purge(later(day))).toBe(1)
      expect(await audit().purge(later(day))).toBe(0)
      expect(await verdicts(audit())).toEqual(['purged', 'intact'])
      const [purged] = await audit().segments()
      expect(purged).toMatchObject({ count: 0, checkpoint: { count: 30 } })
      expect(await audit().read(purged?.segment ?? '', 1, 10)).toEqual([])
    })

    it('keeps every event of many that come at once from two processes', async () => {
      const other = await opened().another()
      await Promise.all(Array.from({ length: 40 }, (_, i) => (i % 2 ? audit() : other.audit).append([anEvent()])))
      const counts = (await audit().segments()).map(segment => segment.count)
      expect(counts).toEqual([20, 20])
      expect(await verdicts(audit())).toEqual(['noCheckpoint', 'noCheckpoint'])
    })
  })

  describe('facts', () => {
    it('stand as they were first settled', async () => {
      const { facts } = opened().stores
      expect(await facts.get('pairwise')).toBeUndefined()
      expect(await facts.settle('pairwise', 'first')).toBe('first')
      expect(await facts.settle('pairwise', 'second')).toBe('first')
      expect(await facts.get('pairwise')).toBe('first')
    })
  })
}
