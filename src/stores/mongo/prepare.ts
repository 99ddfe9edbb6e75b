/** Collections and indexes: made online, as often as one likes, by `store prepare`; a server only looks whether they were. */
import { StoreNewer, StoreUnusable } from '../faults.ts'
import { type Connection, connect } from './connection.ts'
import { schemaVersion } from './documents.ts'
import { type Models, modelsOf } from './models.ts'

/** The fact that says for which form of documents the store was prepared. */
const preparedFor = 'store.prepared'
const namespaceExists = 48
const alreadySharded = 20

const codeOf = (fault: unknown): unknown =>
  typeof fault === 'object' && fault !== null ? Reflect.get(fault, 'code') : undefined

const unless = async (code: number, act: () => Promise<unknown>): Promise<void> => {
  try {
    await act()
  } catch (fault) {
    if (codeOf(fault) !== code) throw fault
  }
}

const versionIn = async ({ facts }: Models, { ask }: Connection): Promise<number | undefined> => {
  const fact = await ask(() => facts.findOne({ _id: preparedFor }).lean<{ value: string }>())
  return fact ? Number(fact.value) : undefined
}

const refuseNewer = (version: number | undefined): void => {
  if (version !== undefined && version > schemaVersion)
    throw new StoreNewer(
      `The database was written by a newer Guichet (form ${version}, this one knows ${schemaVersion}): start that version again, or restore the backup made before it.`,
    )
}

/** Throws a sentence for the operator when the store was not prepared, or by a newer Guichet. */
export const requirePrepared = async (models: Models, connection: Connection): Promise<void> => {
  const version = await versionIn(models, connection)
  refuseNewer(version)
  if (version !== schemaVersion)
    throw new StoreUnusable(
      'The database was not prepared for this Guichet: run « npm run guichet -- store prepare », which may be done while others serve.',
    )
}

const shard = async ({ mongoose }: Connection, collection: string): Promise<void> => {
  const { db } = mongoose
  if (!db) return
  await unless(alreadySharded, () =>
    db.admin().command({ shardCollection: `${db.databaseName}.${collection}`, key: { _id: 1 } }),
  )
}

export type PrepareSettings = {
  readonly url: string
  /** Told of each step, in a line. */
  readonly say: (line: string) => void
  /** How long the server may take to be reached, in ms. */
  readonly patience?: number
}

/** Makes what is missing and leaves what is there; servers may run meanwhile. */
export const prepareMongo = async ({ url, say, patience = 10_000 }: PrepareSettings): Promise<void> => {
  const connection = await connect(url, { patience, awaitsWork: true })
  try {
    const models = modelsOf(connection)
    const { db } = connection.mongoose
    const isSharded = (await db?.command({ hello: 1 }))?.msg === 'isdbgrid'
    refuseNewer(await versionIn(models, connection))
    const all = Object.values(models)
    for (const [i, model] of all.entries()) {
      const name = model.collection.collectionName
      const indexes = model.schema.indexes().length
      say(`${i + 1}/${all.length} ${name}: its collection, ${indexes === 0 ? 'no index' : `${indexes} indexes`}…`)
      await unless(namespaceExists, () => model.createCollection())
      if (isSharded) await shard(connection, name)
      await model.createIndexes()
    }
    await models.facts.updateOne(
      { _id: preparedFor },
      { $set: { value: String(schemaVersion) }, $setOnInsert: { schemaVersion } },
      { upsert: true },
    )
    say('The store is prepared.')
  } finally {
    await connection.mongoose.close()
  }
}
