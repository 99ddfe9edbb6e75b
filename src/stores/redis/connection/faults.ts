import { StoreAway } from '../../contracts.ts'

type Told = { readonly name: string; readonly message: string }

/** Of another realm too: an error of the system is not always one of ours. */
const toldBy = (error: unknown): Told | undefined =>
  typeof error === 'object' && error !== null && 'message' in error && typeof error.message === 'string'
    ? { name: 'name' in error ? String(error.name) : 'Error', message: error.message }
    : undefined

/** What a server answers when it cannot do its work now, of a script after where in it: nothing was done. */
const unable =
  /(^|: -?)(LOADING|READONLY|CLUSTERDOWN|TRYAGAIN|MASTERDOWN|OOM|MISCONF|NOREPLICAS|BUSY|UNBLOCKED|MOVED|ASK)( |$)/

const isFault = (told: Told | undefined): boolean => told?.name === 'ReplyError' && !unable.test(told.message)

/**
 * An answer that tells of a fault of ours is thrown as it is; everything else is a server that did not answer in time. A driver's
 * error carries the command that failed, and a log may show what an error carries: its message alone goes on.
 */
export const asStoreFault = (error: unknown): unknown => {
  if (error instanceof StoreAway) return error
  const told = toldBy(error)
  if (isFault(told)) return error
  return new StoreAway('Redis does not answer', {
    cause: new Error(told ? `${told.name}: ${told.message}` : 'unknown'),
  })
}

const answers = (error: unknown, what: RegExp): boolean => {
  const told = toldBy(error)
  return told?.name === 'ReplyError' && what.test(told.message)
}
export const isUnknownScript = (error: unknown): boolean => answers(error, /^NOSCRIPT /)
/** Whoever is told so may ask again: the script is not known there, or the key is on another server. */
export const hasDoneNothing = (error: unknown): boolean => answers(error, /^(NOSCRIPT|MOVED|ASK) /)

/** Why there is no connection: a code of the system or an answer of the server, which never holds a password. */
export const reasonOf = (error: unknown): string => {
  if (typeof error !== 'object' || error === null) return 'no reason given'
  if ('code' in error && typeof error.code === 'string') return error.code
  // what a Cluster's driver says is that it asked every node
  if ('lastNodeError' in error && error.lastNodeError) return reasonOf(error.lastNodeError)
  return toldBy(error)?.message ?? 'no reason given'
}
