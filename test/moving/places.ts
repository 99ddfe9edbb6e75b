/** Stores that a copy goes from or to, under the keys of tests: each in a place of its own, opened as often as one likes. */
import { randomBytes } from 'node:crypto'
import { rm } from 'node:fs/promises'
import type { OccupantStore } from '../../src/stores/contracts.ts'
import type { LastingStore } from '../../src/stores/contracts-lasting.ts'
import type { Step } from '../../src/stores/mongo/steps.ts'
import { type LastingPlace, openLasting } from '../../src/stores/open.ts'
import { anAuditChain, aVault } from '../builders/keys.ts'
import { noon } from '../builders/records.ts'
import type { LastingStores } from '../contract/set-up.ts'
import { aDatabase, openMongo, prepared, withDatabase } from '../stores/mongo/open-mongo.ts'
import { aDirectory, openSqlite } from '../stores/open-sqlite.ts'

type Served = LastingStores & { readonly occupants: OccupantStore; close(): Promise<void> }

export type Place = {
  readonly kind: LastingPlace['kind']
  /** As a server has it, which may die at a step of an act on MongoDB. */
  serve(clock?: () => Date, step?: Step): Promise<Served>
  /** As a copy has it. */
  open(clock?: () => Date): Promise<LastingStore>
  remove(): Promise<void>
}

const now = () => noon

/** Those that a test leaves open, as if they had died, are closed when the place goes. */
const keepingOpen = (open: (clock: () => Date, step: Step) => Promise<Served>) => {
  const left = new Set<Served>()
  return {
    serve: async (clock = now, step: Step = () => {}): Promise<Served> => {
      const opened = await open(clock, step)
      const served: Served = {
        ...opened,
        close: async () => {
          left.delete(served)
          await opened.close()
        },
      }
      left.add(served)
      return served
    },
    closeLeft: async () => {
      for (const served of left) await served.close()
    },
  }
}

const opening = (place: LastingPlace) => (clock?: () => Date) =>
  openLasting(place, {
    vault: aVault(),
    auditChain: anAuditChain(),
    process: randomBytes(6).toString('hex'),
    clock: clock ?? now,
  })

export const anEmbeddedPlace = async (): Promise<Place> => {
  const dataDir = await aDirectory()
  const { serve, closeLeft } = keepingOpen(clock => openSqlite(dataDir, clock))
  return {
    kind: 'embedded',
    serve,
    open: opening({ kind: 'embedded', dataDir }),
    remove: async () => {
      await closeLeft()
      await rm(dataDir, { recursive: true })
    },
  }
}

export const aMongoPlace = async (urlOf: (database: string) => string): Promise<Place> => {
  const url = urlOf(aDatabase())
  await prepared(url)
  const { serve, closeLeft } = keepingOpen((clock, step) => openMongo(url, clock, { step }))
  return {
    kind: 'mongo',
    serve,
    open: opening({ kind: 'mongo', mongoUrl: url }),
    remove: async () => {
      await closeLeft()
      await withDatabase(url, db => db.dropDatabase())
    },
  }
}
