import type { AuditChain } from '../../audit/chain.ts'
import type { OccupantStore, Stores } from '../contracts.ts'
import type { LastingKinds } from '../contracts-lasting.ts'
import { makeAccountStore } from './accounts/accounts.ts'
import { makeRemovals } from './accounts/erasing.ts'
import { makeHolders } from './accounts/holders.ts'
import { makeAuditStore } from './audit/audit.ts'
import { makeSegments } from './audit/segments.ts'
import { makeCaseStore } from './cases.ts'
import { connect } from './connection.ts'
import { makeConsentStore } from './consents.ts'
import { makeEffectCarrier } from './effects/effects.ts'
import { makeSweep } from './effects/sweep.ts'
import { makeFactStore } from './facts.ts'
import { makeJobStore } from './jobs/jobs.ts'
import { makeJobWriter } from './jobs/writer.ts'
import { makeLastingKinds } from './lasting/kinds.ts'
import { carriersOf, modelsOf } from './models.ts'
import { makeOccupantStore } from './occupants.ts'
import { requirePrepared } from './prepare.ts'
import { makeServiceStore } from './services/services.ts'
import type { Step } from './steps.ts'

export type MongoSettings = {
  readonly url: string
  readonly auditChain: AuditChain
  /** Random id of this process: names its audit segments. */
  readonly process: string
  readonly clock: () => Date
  /** How long one question to the server may take, in ms, before StoreAway. */
  readonly patience?: number
  /** Called between the steps of acts: tests alone give one. */
  readonly step?: Step
}

/** What lasts. */
export type MongoStores = Pick<Stores, 'accounts' | 'consents' | 'cases' | 'services' | 'jobs' | 'audit' | 'facts'> & {
  /** Answers when the store can read and write. */
  ready(): Promise<void>
  /**
   * Finishes what processes that died left half-way, `limit` documents of a kind at most, and forgets jobs long done; says how
   * many there were. For each minute, and once at a start.
   */
  sweep(now: Date, limit: number): Promise<number>
  /** The same, however young what is left: for whoever is alone with the store. */
  finishAllLeft(limit: number): Promise<number>
  readonly occupants: OccupantStore
  /** For a copy to another store, or from one. */
  lasting(): LastingKinds
  close(): Promise<void>
}

/** The last moment that a Date can tell. */
const endOfTime = new Date(8.64e15)

/** Opens a store that was prepared. Throws StoreNewer or StoreUnusable with a sentence for the operator. */
export const openMongoStores = async (settings: MongoSettings): Promise<MongoStores> => {
  const { clock, process, auditChain: chain, patience = 1_500, step = () => {} } = settings
  const connection = await connect(settings.url, { patience })
  const { ask } = connection
  const models = modelsOf(connection)
  try {
    await requirePrepared(models, connection)
  } catch (fault) {
    await connection.mongoose.close()
    throw fault
  }

  const { accounts, entries, heads } = models
  const segments = makeSegments({ entries, heads, ask, chain })
  const audit = makeAuditStore({ entries, heads, segments, ask, chain, process, clock })
  const writer = makeJobWriter(models.jobs, ask)
  const effects = makeEffectCarrier({ audit, jobs: writer, ask, clock, step })
  const holders = makeHolders({ holders: models.holders, accounts, ask, clock, patience, step })

  const ofAccounts = carriersOf(accounts, makeRemovals({ accounts, holders, ask }))
  const ofConsents = carriersOf(models.consents)
  const ofCases = carriersOf(models.cases)
  const ofServices = carriersOf(models.services)
  const ofJobs = carriersOf(models.jobs)
  const finishLeft = makeSweep({ collections: [ofAccounts, ofConsents, ofCases, ofServices, ofJobs], effects, ask })

  const common = { effects, ask, clock, step }
  const jobs = makeJobStore({ ...common, model: models.jobs, carriers: ofJobs, writer, audit })

  const accountStore = makeAccountStore({ ...common, accounts, holders, carriers: ofAccounts })

  return {
    accounts: accountStore,
    consents: makeConsentStore({ ...common, consents: models.consents, carriers: ofConsents }),
    cases: makeCaseStore({ ...common, cases: models.cases, carriers: ofCases }),
    services: makeServiceStore({ ...common, services: models.services, carriers: ofServices }),
    jobs,
    audit,
    facts: makeFactStore(models.facts, ask),
    occupants: makeOccupantStore(models.occupants, ask, process),
    lasting: () => makeLastingKinds({ models, accounts: accountStore, segments, ask }),

    async ready() {
      const value = String(clock().getTime())
      await ask(() =>
        models.facts.updateOne(
          { _id: 'store.pulse' },
          { $set: { value }, $setOnInsert: { schemaVersion: 1 } },
          { upsert: true },
        ),
      )
    },

    async sweep(now, limit) {
      const finished = await finishLeft(now, limit)
      return finished + (await jobs.forgetDone(now, limit))
    },

    finishAllLeft: limit => finishLeft(endOfTime, limit),

    async close() {
      try {
        await effects.settled()
        await audit.close(clock(), true)
      } finally {
        await connection.mongoose.close()
      }
    },
  }
}
