/** What the server did for each operation of a database while it was watched, and how it would find its documents. */
import type { Mongoose } from 'mongoose'

type Database = NonNullable<ReturnType<Mongoose['createConnection']>['db']>
type Document = { readonly [name: string]: unknown }

export type Watched = {
  /** The operation and the names of what it looks by, without values. */
  readonly shape: string
  /** The stages that it would go through. */
  readonly plan: string
  /** « collection.index » */
  readonly indexes: readonly string[]
  /** How many documents it read. */
  readonly read: number
}

const kept = [
  ['find', 'filter', 'sort', 'limit', 'projection', 'hint'],
  ['aggregate', 'pipeline', 'cursor', 'hint'],
  ['findAndModify', 'query', 'update', 'remove', 'sort', 'new', 'fields'],
] as const

const only = (command: Document, names: readonly string[]): Document =>
  Object.fromEntries(names.filter(name => name in command).map(name => [name, command[name]]))

/** The command that a line of the profile tells of, as explain takes it; undefined when it looks for nothing. */
const commandOf = (op: unknown, collection: string, command: Document): Document | undefined => {
  if (op === 'update') return { update: collection, updates: [only(command, ['q', 'u', 'multi', 'upsert'])] }
  if (op === 'remove') return { delete: collection, deletes: [only(command, ['q', 'limit'])] }
  const names = kept.find(([name]) => name in command)
  return names && only(command, names)
}

const shapeOf = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.slice(0, 1).map(shapeOf)
  if (typeof value !== 'object' || value === null || value instanceof Date) return '?'
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, shapeOf(inner)]))
}

/** The values of that name in the plans that were chosen. */
const saidOf = (plan: unknown, said: 'stage' | 'indexName'): readonly string[] => {
  if (Array.isArray(plan)) return plan.flatMap(each => saidOf(each, said))
  if (typeof plan !== 'object' || plan === null) return []
  return Object.entries(plan).flatMap(([name, value]) => {
    if (name === 'rejectedPlans') return []
    return name === said ? [String(value)] : saidOf(value, said)
  })
}

/** Everything that was asked of the database during the act, in order. */
export const watchedWhile = async (db: Database, act: () => Promise<void>): Promise<readonly Watched[]> => {
  await db.command({ profile: 0 })
  await db.dropCollection('system.profile')
  await db.command({ profile: 2, slowms: 0 })
  try {
    await act()
  } finally {
    await db.command({ profile: 0 })
  }
  const lines = await db.collection('system.profile').find().sort({ ts: 1 }).toArray()
  const commands = lines.flatMap(({ op, ns, command, docsExamined }) => {
    const collection = String(ns).slice(db.databaseName.length + 1)
    const found = collection.startsWith('system.') ? undefined : commandOf(op, collection, command ?? {})
    return found ? [{ command: found, read: Number(docsExamined ?? 0) }] : []
  })
  const watched: Watched[] = []
  for (const { command, read } of commands) {
    const explained = await db.command({ explain: command, verbosity: 'queryPlanner' })
    const plan = saidOf(explained, 'stage').join(' ')
    const indexes = saidOf(explained, 'indexName').map(name => `${Object.values(command)[0]}.${name}`)
    watched.push({ shape: JSON.stringify(shapeOf(command)), plan, indexes, read })
  }
  return watched
}

/** Those that walk a collection, or sort what they found without an index. */
export const walksOf = (watched: readonly Watched[]): readonly string[] =>
  watched.filter(({ plan }) => /\b(COLLSCAN|SORT)\b/.test(plan)).map(({ shape, plan }) => `${plan}: ${shape}`)

/** Every index but those of ids: « collection.index ». */
export const indexesOf = async (db: Database): Promise<readonly string[]> => {
  const collections = (await db.collections()).filter(({ collectionName }) => !collectionName.startsWith('system.'))
  const all = await Promise.all(
    collections.map(async collection => {
      const indexes = await collection.indexes()
      return indexes.map(({ name }) => `${collection.collectionName}.${name}`)
    }),
  )
  return all.flat().filter(name => !name.endsWith('._id_'))
}
