import { DatabaseSync } from 'node:sqlite'
import type { AuditChain } from '../../audit/chain.ts'
import type { Vault } from '../../protection/vault.ts'
import { type OccupantStore, StoreAway, type Stores } from '../contracts.ts'
import type { LastingKinds } from '../contracts-lasting.ts'
import { StoreUnusable } from '../faults.ts'
import { makeAccountStore } from './accounts.ts'
import { makeArtefactStore } from './artefacts.ts'
import { makeAuditStore } from './audit.ts'
import { makeCaseStore } from './cases.ts'
import { connect } from './connection.ts'
import { makeConsentStore } from './consents.ts'
import { makeWriteEffects } from './effects.ts'
import { makeFactStore } from './facts.ts'
import { prepareFiles } from './files.ts'
import { makeJobStore } from './jobs.ts'
import { makeLastingKinds } from './lasting/kinds.ts'
import { migrate } from './migrations.ts'
import { makeOccupantStore } from './occupants.ts'
import { makePurge } from './purge.ts'
import { makeRecordStore } from './records.ts'
import { makeRun, sqliteCode } from './retry.ts'
import { makeServiceStore } from './services.ts'
import { makeThrottleStore } from './throttles.ts'

export type SqliteSettings = {
  /** Made if need be (0700). */
  readonly dataDir: string
  readonly vault: Vault
  readonly auditChain: AuditChain
  /** Random id of this process: names its audit segments. */
  readonly process: string
  readonly clock: () => Date
  /** How long an act may wait for other processes, in ms, before StoreAway. */
  readonly patience?: number
}

export type SqliteStores = Stores & {
  readonly occupants: OccupantStore
  /** For a copy to another store, or from one. */
  lasting(): LastingKinds
}

const notADatabase = 26
const corrupt = 11

/** Opens, and brings the schema up to date. Throws StoreNewer or StoreUnusable with a sentence for the operator. */
export const openSqliteStores = async (settings: SqliteSettings): Promise<SqliteStores> => {
  const { dataDir, vault, clock, process } = settings
  const file = prepareFiles(dataDir)
  await prepareDatabase(file)

  const run = makeRun(settings.patience ?? 2_000)
  // What a person was told is done must survive a power cut; what expires may lose its last moments.
  const lasting = connect(file, 'FULL', run)
  const expiring = connect(file, 'NORMAL', run)

  const audit = makeAuditStore({ connection: lasting, chain: settings.auditChain, process, clock })
  const jobs = makeJobStore(lasting, audit)
  const writeEffects = makeWriteEffects(audit, jobs)
  const beat = expiring.prepare(
    'INSERT INTO pulse (id, beat) VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET beat = excluded.beat',
  )

  const accounts = makeAccountStore(lasting, writeEffects)

  return {
    accounts,
    consents: makeConsentStore(lasting, writeEffects),
    cases: makeCaseStore(lasting, writeEffects),
    services: makeServiceStore(lasting, writeEffects),
    jobs,
    audit,
    facts: makeFactStore(lasting),
    records: makeRecordStore({ connection: expiring, vault, clock }),
    throttles: makeThrottleStore(expiring, vault),
    artefacts: makeArtefactStore({ connection: expiring, vault, clock }),
    purgeExpired: makePurge(expiring),
    occupants: makeOccupantStore(expiring, process),
    lasting: () => makeLastingKinds(lasting, accounts),
    ready: async () => {
      await expiring.run(() => beat.run(clock().getTime()))
    },
    close: async () => {
      try {
        await audit.close(clock(), true)
      } finally {
        expiring.close()
        lasting.close()
      }
    },
  }
}

/** The one moment when the loop may be held: nothing is served yet, and another process may be preparing the same file. */
const prepareDatabase = async (file: string): Promise<void> => {
  try {
    const db = new DatabaseSync(file, { timeout: 5_000 })
    try {
      await makeRun(10_000)(() => {
        db.exec('PRAGMA journal_mode = WAL')
        migrate(db)
      })
    } finally {
      db.close()
    }
  } catch (error) {
    if (error instanceof StoreAway)
      throw new StoreUnusable(
        `Guichet cannot read and write ${file}: see that this user may write in its directory, that the disk is not full, and that no other program holds it.`,
        { cause: error },
      )
    const code = sqliteCode(error)
    if (code !== notADatabase && code !== corrupt) throw error
    throw new StoreUnusable(
      `${file} is not a database of Guichet, or it is damaged: move it away, or restore a backup.`,
      { cause: error },
    )
  }
}
