import type { Effects, Job, JobStore, NewJob } from '../../src/stores/contracts.ts'

type Kept = { job: Job; dueAt: Date }

/** The queue's contract in memory, for workers alone; the stores have their own suites. */
export const memoryJobs = () => {
  const kept = new Map<string, Kept>()
  const finished: { readonly id: string; readonly effects: Effects }[] = []
  const leases: { readonly at: Date; readonly until: Date; readonly limit: number }[] = []

  const jobs: Pick<JobStore, 'lease' | 'finish' | 'retry' | 'nextDue'> = {
    async lease(queue, now, until, limit) {
      leases.push({ at: now, until, limit })
      const due = [...kept.values()].filter(({ job, dueAt }) => job.queue === queue && dueAt <= now).slice(0, limit)
      return due.map(one => {
        one.dueAt = until
        one.job = { ...one.job, attempts: one.job.attempts + 1 }
        return one.job
      })
    },
    async finish(id, effects) {
      kept.delete(id)
      finished.push({ id, effects })
    },
    async retry(id, dueAt) {
      const one = kept.get(id)
      if (one) one.dueAt = dueAt
    },
    async nextDue() {
      return [...kept.values()].map(({ dueAt }) => dueAt).sort((a, b) => a.getTime() - b.getTime())[0]
    },
  }

  return {
    jobs,
    finished,
    leases,
    add: (job: NewJob) => void kept.set(job.id, { job: { ...job, attempts: 0 }, dueAt: job.dueAt }),
    dueAt: (id: string) => kept.get(id)?.dueAt,
  }
}

export const aJob = (id: string, dueAt: Date): NewJob => ({
  id,
  queue: 'mail',
  kind: 'signUp',
  sealed: 'sealed',
  dueAt,
  expiresAt: new Date(dueAt.getTime() + 24 * 3_600_000),
})
