/** Puts the first so many fictitious people in a store, by its contracts. Begun again, it goes on where it was cut. */
import { setTimeout as pause } from 'node:timers/promises'
import type { Configuration } from '../../src/config/start.ts'
import type { Foundations } from '../../src/foundations.ts'
import { FICTITIOUS_NIRS } from '../../src/identity/fictitious-nir.ts'
import { type AccountRecord, type AccountStore, StoreAway } from '../../src/stores/contracts.ts'
import { makeBeside, seedServices } from './beside.ts'
import { makeAccounts, seededPerson } from './people.ts'
import { startSealers } from './sealers.ts'

export type SeedNeeds = Pick<Foundations, 'stores' | 'audit'> & { readonly configuration: Configuration }

export type SeedSettings = {
  readonly accounts: number
  /** Processes that seal beside this one, with the settings of `env`; 0 by default. */
  readonly sealers?: number
  readonly env?: { readonly [name: string]: string }
  /** What grows beside accounts, as it would; else accounts alone. */
  readonly beside?: boolean
  /** After each batch. */
  readonly progress?: (done: number) => void
  readonly signal?: AbortSignal
}

/** One transaction, and one wait for the disk, for so many. */
const BATCH = 1000

/** A server that is given all that it can take may be late at times: the same batch is put again, a minute long at most. */
const MOST_TRIES = 60
const PAUSE_MS = 1000

const patiently = async <T>(put: () => Promise<T>): Promise<T> => {
  for (let tries = 1; ; tries += 1) {
    try {
      return await put()
    } catch (fault) {
      if (!(fault instanceof StoreAway) || tries === MOST_TRIES) throw fault
      await pause(PAUSE_MS)
    }
  }
}

const range = (from: number, to: number): readonly number[] => Array.from({ length: to - from }, (_, at) => from + at)

/** How many of the first `most` are there: they were put in order. Pending ones may have been purged since. */
const countSeeded = async (accounts: Pick<AccountStore, 'find'>, most: number): Promise<number> => {
  const isThere = async (batch: number): Promise<boolean> =>
    (await accounts.find(seededPerson(batch * BATCH).id)) !== undefined
  let [low, high] = [0, Math.ceil(most / BATCH)]
  while (low < high) {
    const middle = (low + high) >> 1
    if (await isThere(middle)) low = middle + 1
    else high = middle
  }
  // the last batch that is there is put again: it may have been of a smaller count
  return Math.max(0, low - 1) * BATCH
}

/** How many there were already. */
export const seed = async (
  { stores, audit, configuration }: SeedNeeds,
  { accounts, sealers: processes = 0, env = {}, beside = true, progress = () => undefined, signal }: SeedSettings,
): Promise<{ readonly already: number }> => {
  if (configuration.config.production) throw new Error('fictitious people are never put in production')
  if (accounts > FICTITIOUS_NIRS) throw new Error(`there are ${FICTITIOUS_NIRS} fictitious numbers only`)
  const now = new Date()
  if (beside) await seedServices({ stores, audit })
  const seedBeside = makeBeside(stores, now)
  const already = await countSeeded(stores.accounts, accounts)

  const sealers = processes > 0 ? await startSealers(processes, env) : undefined
  const make = await makeAccounts(configuration, now)
  const makeBatch = (from: number): Promise<readonly AccountRecord[]> => {
    const to = Math.min(accounts, from + BATCH)
    if (from >= to) return Promise.resolve([])
    return sealers ? sealers.make(from, to, now) : Promise.all(range(from, to).map(nth => make(nth)))
  }
  const ahead: Promise<readonly AccountRecord[]>[] = []
  try {
    let next = already
    for (let from = already; from < accounts && !signal?.aborted; from += BATCH) {
      // the next ones are sealed while this one is written
      while (ahead.length <= processes) {
        const made = makeBatch(next)
        // told when its turn comes
        made.catch(() => undefined)
        ahead.push(made)
        next += BATCH
      }
      const batch = (await ahead.shift()) ?? []
      if (beside) await patiently(() => seedBeside(range(from, from + batch.length)))
      const outcomes = await patiently(() => stores.accounts.import(batch))
      if (outcomes.includes('held')) throw new Error('somebody else holds a fictitious number here')
      progress(from + batch.length)
    }
    return { already }
  } catch (fault) {
    // what stops this process may have stopped those that seal before
    if (signal?.aborted) return { already }
    throw fault
  } finally {
    await Promise.allSettled(ahead)
    await sealers?.stop()
  }
}
