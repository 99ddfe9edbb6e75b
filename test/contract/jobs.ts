import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { aJob, later, noon } from '../builders/records.ts'
import { eachOpened, type LastingStores, type OpenStores } from './set-up.ts'

export const jobStoreContract = (open: OpenStores<LastingStores>): void => {
  const opened = eachOpened(open, { beforeEach, afterEach })
  const jobs = () => opened().stores.jobs

  describe('jobs', () => {
    it('are leased when due, the oldest first, each try counted', async () => {
      const [late, early, notYet] = [aJob({ dueAt: noon }), aJob({ dueAt: later(-60) }), aJob({ dueAt: later(60) })]
      await jobs().add([late, early, notYet])
      const leased = await jobs().lease('mail', noon, later(30), 10)
      expect(new Set(leased.map(job => job.id))).toEqual(new Set([early.id, late.id]))
      expect(leased.map(job => job.attempts)).toEqual([1, 1])
      expect((await jobs().lease('mail', later(31), later(60), 1))[0]).toMatchObject({ attempts: 2 })
    })

    it('are of one queue', async () => {
      await jobs().add([aJob({ queue: 'backchannelLogout' })])
      expect(await jobs().lease('mail', noon, later(30), 10)).toEqual([])
      expect(await jobs().count('mail')).toBe(0)
      expect(await jobs().count('backchannelLogout')).toBe(1)
    })

    it('are added once, however often they are', async () => {
      const job = aJob()
      await jobs().add([job])
      await jobs().add([job])
      expect(await jobs().count('mail')).toBe(1)
    })

    it('are leased by one worker of several at once', async () => {
      const added = Array.from({ length: 30 }, () => aJob())
      await jobs().add(added)
      const other = await opened().another()
      const leases = await Promise.all(
        Array.from({ length: 12 }, (_, i) => (i % 2 ? jobs() : other.jobs).lease('mail', noon, later(30), 5)),
      )
      const ids = leases.flat().map(job => job.id)
      expect(ids).toHaveLength(30)
      expect(new Set(ids).size).toBe(30)
    })

    it('are left alone during a lease and come back after it', async () => {
      await jobs().add([aJob()])
      await jobs().lease('mail', noon, later(30), 1)
      expect(await jobs().lease('mail', later(29), later(60), 1)).toEqual([])
      expect(await jobs().nextDue('mail')).toEqual(later(30))
      expect(await jobs().lease('mail', later(30), later(60), 1)).toHaveLength(1)
    })

    it('wait until their next try', async () => {
      const job = aJob()
      await jobs().add([job])
      await jobs().lease('mail', noon, later(30), 1)
      await jobs().retry(job.id, later(300))
      expect(await jobs().nextDue('mail')).toEqual(later(300))
      expect(await jobs().lease('mail', later(299), later(400), 1)).toEqual([])
    })

    it('are gone when finished, their event written with it', async () => {
      const job = aJob()
      await jobs().add([job])
      await jobs().finish(job.id, { events: [{ name: 'mail.sent', details: { kind: 'activation' }, at: noon }] })
      expect(await jobs().count('mail')).toBe(0)
      expect(await jobs().nextDue('mail')).toBeUndefined()
      expect((await opened().stores.audit.segments())[0]?.count).toBe(1)
    })

    it('are given back when they expire, and never leased then', async () => {
      const job = aJob({ expiresAt: later(60) })
      await jobs().add([job, aJob()])
      expect((await jobs().lease('mail', later(60), later(90), 10)).map(each => each.id)).not.toContain(job.id)
      expect((await jobs().purge(later(60), 10)).map(each => each.id)).toEqual([job.id])
      expect(await jobs().count('mail')).toBe(1)
    })
  })
}
