/** Which faults of the driver mean that MongoDB cannot answer now. */
import { mongo } from 'mongoose'
import { StoreAway } from '../contracts.ts'

const { MongoBulkWriteError } = mongo

const names = new Set([
  'MongoNetworkError',
  'MongoNetworkTimeoutError',
  'MongoServerSelectionError',
  'MongooseServerSelectionError',
  'MongoWaitQueueTimeoutError',
  'MongoPoolClearedError',
  'MongoPoolClosedError',
  'MongoNotConnectedError',
  'MongoTopologyClosedError',
  'MongoServerClosedError',
  'MongoClientClosedError',
  'MongoExpiredSessionError',
  'MongoStalePrimaryError',
  'MongoWriteConcernError',
  'MongoOperationTimeoutError',
])

/** Of the server: no primary, shutting down, interrupted, out of time, not enough members for the write concern, disk full. */
const codes = new Set([
  6, 7, 24, 50, 64, 79, 89, 91, 100, 133, 134, 189, 202, 262, 317, 358, 9001, 10058, 10107, 11600, 11602, 13388, 13435,
  13436, 14031,
])

const duplicateKey = 11000

type Field = 'name' | 'code' | 'writeErrors' | 'index'
const fieldOf = (error: unknown, name: Field): unknown =>
  typeof error === 'object' && error !== null ? Reflect.get(error, name) : undefined

/** Of a write of many, what each that failed did. */
const writeCodes = (error: unknown): readonly unknown[] => {
  const failed = fieldOf(error, 'writeErrors')
  return Array.isArray(failed) ? failed.map(each => fieldOf(each, 'code')) : []
}

/** Whether a write of many is not known to lie with a majority, whatever else happened to it. */
const isUnsure = (error: unknown): boolean => {
  const { result } = error instanceof MongoBulkWriteError ? error : {}
  if (result?.getWriteConcernError()) return true
  return result !== undefined && writeCodes(error).length === 0 && fieldOf(error, 'code') === undefined
}

/** What was to be made is there; nothing else went wrong. */
export const isDuplicate = (error: unknown): boolean =>
  fieldOf(error, 'code') === duplicateKey && !isUnsure(error) && writeCodes(error).every(code => code === duplicateKey)

/** Of a write of many, the places of those that are there; undefined when something else went wrong. */
export const duplicatesIn = (error: unknown): readonly number[] | undefined => {
  const failed = fieldOf(error, 'writeErrors')
  if (!isDuplicate(error) || !Array.isArray(failed)) return undefined
  return failed.map(each => Number(fieldOf(each, 'index')))
}

export const isAway = (error: unknown): boolean => {
  const code = fieldOf(error, 'code')
  return names.has(String(fieldOf(error, 'name'))) || (typeof code === 'number' && codes.has(code)) || isUnsure(error)
}

const away = (cause?: unknown): StoreAway => new StoreAway('MongoDB does not answer', { cause })

/** Asks the server for one thing, and gives up in a bounded time. */
export type Ask = <T>(act: () => PromiseLike<T>) => Promise<T>

/** `patience` in ms bounds each question, whatever the driver's own limits add up to; what comes later is let go. */
export const makeAsk =
  (patience: number): Ask =>
  async <T>(act: () => PromiseLike<T>): Promise<T> => {
    const { promise: late, reject } = Promise.withResolvers<never>()
    const timer = setTimeout(() => reject(away()), patience)
    try {
      return await Promise.race([act(), late])
    } catch (error) {
      throw isAway(error) ? away(error) : error
    } finally {
      clearTimeout(timer)
    }
  }
