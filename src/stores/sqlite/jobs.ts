import type { Job, JobStore, NewJob } from '../contracts.ts'
import type { AuditWriter } from './audit.ts'
import type { Connection } from './connection.ts'

export type JobRow = {
  id: string
  queue: Job['queue']
  kind: string
  sealed: string
  due_at: number
  expires_at: number
  attempts: number
}

const prepare = ({ prepare }: Connection) => ({
  add: prepare(
    `INSERT INTO jobs (id, queue, kind, sealed, due_at, expires_at, attempts) VALUES (?, ?, ?, ?, ?, ?, 0)
      ON CONFLICT (id) DO NOTHING`,
  ),
  due: prepare('SELECT 1 FROM jobs WHERE queue = ? AND due_at <= ? LIMIT 1'),
  // A leased job is due again at the end of its lease: nothing else has to be undone after a crash.
  lease: prepare<JobRow>(
    `UPDATE jobs SET due_at = ?1, attempts = attempts + 1 WHERE id IN
      (SELECT id FROM jobs WHERE queue = ?2 AND due_at <= ?3 AND expires_at > ?3 ORDER BY due_at LIMIT ?4) RETURNING *`,
  ),
  finish: prepare('DELETE FROM jobs WHERE id = ?'),
  retry: prepare('UPDATE jobs SET due_at = ? WHERE id = ?'),
  nextDue: prepare<{ due_at: number | null }>('SELECT min(due_at) AS due_at FROM jobs WHERE queue = ?'),
  count: prepare<{ count: number }>('SELECT count(*) AS count FROM jobs WHERE queue = ?'),
  purge: prepare<JobRow>(
    'DELETE FROM jobs WHERE id IN (SELECT id FROM jobs WHERE expires_at <= ? ORDER BY expires_at LIMIT ?) RETURNING *',
  ),
})

/** Adds jobs within the transaction that runs. */
export type JobWriter = { write(jobs: readonly NewJob[]): void }

export const jobOf = (row: JobRow): Job => ({
  id: row.id,
  queue: row.queue,
  kind: row.kind,
  sealed: row.sealed,
  dueAt: new Date(row.due_at),
  expiresAt: new Date(row.expires_at),
  attempts: row.attempts,
})

export const makeJobStore = (connection: Connection, audit: AuditWriter): JobStore & JobWriter => {
  const sql = prepare(connection)

  const listeners: ((queue: Job['queue']) => void)[] = []

  const write = (jobs: readonly NewJob[]): void => {
    // after the transaction that runs; one that was rolled back only makes a worker look for nothing
    const queues = new Set(jobs.map(job => job.queue))
    setImmediate(() => {
      for (const queue of queues) for (const tell of listeners) tell(queue)
    })
    for (const job of jobs)
      sql.add.run(job.id, job.queue, job.kind, job.sealed, job.dueAt.getTime(), job.expiresAt.getTime())
  }

  return {
    write,

    onAdded(tell) {
      listeners.push(tell)
    },

    async add(jobs) {
      if (jobs.length > 0) await connection.write(() => write(jobs))
    },

    async lease(queue, now, until, limit) {
      // Most looks find nothing: a look alone takes no lock.
      const due = await connection.run(() => sql.due.get(queue, now.getTime()))
      if (!due) return []
      return connection.run(() => sql.lease.all(until.getTime(), queue, now.getTime(), limit).map(jobOf))
    },

    finish: (id, { events, jobs }) =>
      connection.write(() => {
        sql.finish.run(id)
        if (events && events.length > 0) audit.write(events)
        if (jobs && jobs.length > 0) write(jobs)
      }),

    async retry(id, dueAt) {
      await connection.run(() => sql.retry.run(dueAt.getTime(), id))
    },

    async nextDue(queue) {
      const row = await connection.run(() => sql.nextDue.get(queue))
      return row?.due_at == null ? undefined : new Date(row.due_at)
    },

    async count(queue) {
      return (await connection.run(() => sql.count.get(queue)))?.count ?? 0
    },

    purge: (now, limit) => connection.run(() => sql.purge.all(now.getTime(), limit).map(jobOf)),
  }
}
