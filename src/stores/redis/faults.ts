import { StoreAway } from '../contracts.ts'

const isReply = (error: unknown): error is Error => error instanceof Error && error.name === 'ReplyError'

/** What a server answers when it cannot do its work now: nothing was done. */
const unable = /^(LOADING|READONLY|CLUSTERDOWN|TRYAGAIN|MASTERDOWN|OOM|MISCONF|NOREPLICAS|BUSY|UNBLOCKED|MOVED|ASK) /

/** An answer that tells of a fault of ours is thrown as it is; everything else is a server that did not answer in time. */
export const asStoreFault = (error: unknown): unknown => {
  if (error instanceof StoreAway) return error
  if (isReply(error) && !unable.test(`${error.message} `)) return error
  return new StoreAway('Redis does not answer', { cause: withoutArguments(error) })
}

/** A driver's error carries the command that failed, and a log may show a cause's own properties. */
const withoutArguments = (error: unknown): Error =>
  new Error(error instanceof Error ? `${error.name}: ${error.message}` : 'unknown')

export const isUnknownScript = (error: unknown): boolean => isReply(error) && error.message.startsWith('NOSCRIPT')
