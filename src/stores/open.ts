/** The store that is configured. Drivers are loaded for the one that is used alone: each takes memory and time. */
import type { AuditChain } from '../audit/chain.ts'
import type { Vault } from '../protection/vault.ts'
import type { OccupantStore, Stores } from './contracts.ts'
import type { LastingKinds, LastingStore } from './contracts-lasting.ts'

export type StorePlace =
  | { readonly kind: 'embedded'; readonly dataDir: string }
  | { readonly kind: 'mongo'; readonly mongoUrl: string; readonly redisUrl: string }

export type StoreSettings = {
  readonly place: StorePlace
  readonly vault: Vault
  readonly auditChain: AuditChain
  /** Random id of this process: names its audit segments. */
  readonly process: string
  readonly clock: () => Date
  /** Databases are prepared beforehand by an operator, and servers that lose what they are given are refused. */
  readonly production: boolean
}

/** `advice`: sentences for the operator, about what a crash may undo as the servers are set. */
export type OpenedStores = {
  readonly stores: Stores
  readonly occupants: OccupantStore
  readonly advice: readonly string[]
}

const openProductionStores = async (
  { mongoUrl, redisUrl }: Extract<StorePlace, { readonly kind: 'mongo' }>,
  { vault, auditChain, process, clock, production }: StoreSettings,
): Promise<OpenedStores> => {
  const [{ openMongoStores }, { prepareMongo }, { openRedisStores }] = await Promise.all([
    import('./mongo/open.ts'),
    import('./mongo/prepare.ts'),
    import('./redis/open.ts'),
  ])
  if (!production) await prepareMongo({ url: mongoUrl, say: () => undefined })
  const lasting = await openMongoStores({ url: mongoUrl, auditChain, process, clock })
  const expiring = await openRedisStores({ url: redisUrl, vault, clock, production }).catch(async (fault: unknown) => {
    await lasting.close()
    throw fault
  })
  const { accounts, consents, cases, services, jobs, audit, facts } = lasting
  const { artefacts, records, throttles, advice } = expiring
  return {
    advice,
    occupants: lasting.occupants,
    stores: {
      ...{ accounts, consents, cases, services, jobs, audit, facts },
      ...{ artefacts, records, throttles },
      purgeExpired: async (now, limit) => (await expiring.purgeExpired(now, limit)) + (await lasting.sweep(now, limit)),
      ready: async () => {
        await Promise.all([lasting.ready(), expiring.ready()])
      },
      close: async () => {
        try {
          await lasting.close()
        } finally {
          await expiring.close()
        }
      },
    },
  }
}

/** Makes what the store lacks before servers start on it, telling each step in a line. 'itself': it does so when it is opened. */
export const prepareStores = async (place: StorePlace, say: (line: string) => void): Promise<'prepared' | 'itself'> => {
  if (place.kind !== 'mongo') return 'itself'
  const { prepareMongo } = await import('./mongo/prepare.ts')
  await prepareMongo({ url: place.mongoUrl, say })
  return 'prepared'
}

/** Throws StoreNewer or StoreUnusable with a sentence for the operator. */
export const openStores = async (settings: StoreSettings): Promise<OpenedStores> => {
  const { place } = settings
  if (place.kind === 'mongo') return openProductionStores(place, settings)
  const { openSqliteStores } = await import('./sqlite/open.ts')
  const { occupants, lasting: _lasting, ...stores } = await openSqliteStores({ ...settings, dataDir: place.dataDir })
  return { stores, occupants, advice: [] }
}

/** What lasts alone. MongoDB must have been prepared. */
export type LastingPlace =
  | Extract<StorePlace, { readonly kind: 'embedded' }>
  | Omit<Extract<StorePlace, { readonly kind: 'mongo' }>, 'redisUrl'>

/** A copy writes many at once, and may wait longer than a person. */
const COPY_PATIENCE_MS = 30_000
const SWEPT_AT_ONCE = 100

type Lasting = Pick<Stores, 'accounts' | 'audit' | 'facts' | 'close'> & {
  readonly occupants: OccupantStore
  lasting(): LastingKinds
}

const lastingOf = (
  { accounts, audit, facts, occupants, lasting, close }: Lasting,
  sweep?: () => Promise<void>,
): LastingStore => ({
  ...{ accounts, audit, facts, occupants, close },
  kinds: lasting(),
  async settle() {
    await sweep?.()
    // marks nothing, and ends what another one had begun
    await audit.purge(new Date(0))
  },
})

/** Opens a store to be copied from or to. Throws as openStores does. */
export const openLasting = async (
  place: LastingPlace,
  settings: Omit<StoreSettings, 'place' | 'production'>,
): Promise<LastingStore> => {
  const patience = COPY_PATIENCE_MS
  if (place.kind === 'embedded') {
    const { openSqliteStores } = await import('./sqlite/open.ts')
    return lastingOf(await openSqliteStores({ ...settings, patience, dataDir: place.dataDir }))
  }
  const { openMongoStores } = await import('./mongo/open.ts')
  const opened = await openMongoStores({ ...settings, patience, url: place.mongoUrl })
  return lastingOf(opened, async () => {
    // nobody else is at the store: whatever is left was left by a process that died
    let left: number
    do left = await opened.finishAllLeft(SWEPT_AT_ONCE)
    while (left > 0)
  })
}
