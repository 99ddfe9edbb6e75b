import { type ConnectOptions, Mongoose, type Connection as MongooseConnection } from 'mongoose'
import { StoreUnusable } from '../faults.ts'
import { type Ask, isAway, makeAsk } from './away.ts'

export type Connection = { readonly mongoose: MongooseConnection; readonly ask: Ask }

/** At most so many operations of one process run on the server at once; others wait for a bounded time. */
const poolSize = 20

const authenticationFailed = 18
const unauthorised = 13

/** Where, without the user and the password of the address. */
const hostsOf = (url: string): string => url.replace(/^(mongodb(?:\+srv)?:\/\/)(?:[^/]*@)?([^/?]*).*$/s, '$1$2')

const unreadable = new Set<unknown>(['MongoParseError', 'MongoInvalidArgumentError', 'MongoRuntimeError'])

const openingFault = (fault: unknown, url: string): unknown => {
  const { code, name } =
    typeof fault === 'object' && fault !== null ? (fault as { code?: unknown; name?: unknown }) : {}
  if (unreadable.has(name))
    return new StoreUnusable(
      'The address of MongoDB cannot be read: write mongodb://user:password@host:port/database, several hosts separated by commas, reserved characters of the password as %XX.',
    )
  if (code === authenticationFailed || code === unauthorised)
    return new StoreUnusable(
      `MongoDB at ${hostsOf(url)} refuses this user: correct the user and the password, or give it the role readWrite.`,
      { cause: fault },
    )
  if (isAway(fault))
    return new StoreUnusable(
      `MongoDB at ${hostsOf(url)} does not answer: see that it runs, that it has a primary, and that this machine reaches it.`,
      { cause: fault },
    )
  return fault
}

/** Of the address; ours when it says none, never the driver's « test ». */
const databaseOf = (url: string): string => /^[^/]*\/\/[^/]*\/([^?]+)/.exec(url)?.[1] ?? 'guichet'

export type ConnectSettings = {
  /** How long one question may take, in ms. */
  readonly patience: number
  /** An index of a large collection takes its time: only reaching the server is bounded then. */
  readonly awaitsWork?: boolean
}

/**
 * Connects. Whatever the address says, a write is done when a majority of the members has it in its journal, reads are the
 * primary's and of what a majority has, and everything is bounded in time.
 */
export const connect = async (url: string, { patience, awaitsWork }: ConnectSettings): Promise<Connection> => {
  const mongoose = new Mongoose({ strict: 'throw', strictQuery: 'throw', runValidators: true, bufferCommands: false })
  const connection = mongoose.createConnection()
  // its faults are those of the operations that meet them
  connection.on('error', () => {})
  const options = {
    dbName: databaseOf(url),
    autoIndex: false,
    autoCreate: false,
    bufferCommands: false,
    writeConcern: { w: 'majority', j: true, ...(!awaitsWork && { wtimeoutMS: patience }) },
    readConcernLevel: 'majority',
    readPreference: 'primary',
    retryWrites: true,
    retryReads: true,
    maxPoolSize: poolSize,
    serverSelectionTimeoutMS: patience,
    connectTimeoutMS: patience,
    waitQueueTimeoutMS: patience,
    // later than our own patience: a connection that is given up is closed, and with it what it still asked
    socketTimeoutMS: awaitsWork ? 0 : patience + 1_000,
    heartbeatFrequencyMS: 2_000,
    appName: 'guichet',
  } satisfies ConnectOptions
  try {
    await connection.openUri(url, options)
    // reaches the primary, and asks for the right to read
    await connection.db?.collection<{ _id: string }>('facts').findOne({ _id: 'store.prepared' })
  } catch (fault) {
    await connection.close()
    throw openingFault(fault, url)
  }
  return { mongoose: connection, ask: makeAsk(patience) }
}
