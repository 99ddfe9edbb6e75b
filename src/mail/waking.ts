import type { AccountStore, Effects, JobQueue, JobStore, NewJob } from '../stores/contracts.ts'

type Woken = { readonly accounts: AccountStore; readonly jobs: JobStore }

/**
 * The same stores, that wake a queue's worker as soon as work for it is written, so that a mail leaves while its person waits
 * for it. Other processes' work is found at the worker's next turn.
 */
export const wakingStores = ({ accounts, jobs }: Woken, wake: (queue: JobQueue) => void): Woken => {
  const tell = (written: readonly NewJob[] | undefined): void => {
    for (const queue of new Set(written?.map(job => job.queue))) wake(queue)
  }
  const told = async <T>(act: Promise<T>, { jobs: written }: Effects): Promise<T> => {
    const done = await act
    tell(written)
    return done
  }

  return {
    accounts: {
      ...accounts,
      create: (account, effects) => told(accounts.create(account, effects), effects),
      change: (id, version, change, effects) => told(accounts.change(id, version, change, effects), effects),
      activate: (id, version, nirKeys, change, effects) =>
        told(accounts.activate(id, version, nirKeys, change, effects), effects),
    },
    jobs: {
      ...jobs,
      add: async added => {
        await jobs.add(added)
        tell(added)
      },
      finish: (id, effects) => told(jobs.finish(id, effects), effects),
    },
  }
}
