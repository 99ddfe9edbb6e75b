import type { Log } from './log.ts'

/** The connection broke, or what came through it was no HTTP: no fault of ours. */
const isTheirs = (err: unknown): boolean =>
  typeof err === 'object' && err !== null && 'code' in err && /^(?:HPE_|ECONN|EPIPE)/.test(String(err.code))

/** For a Koa application's « error »: one that nobody listens to ends the process. */
export const logUnsent =
  (log: Pick<Log, 'debug' | 'error'>) =>
  (err: unknown): void =>
    log[isTheirs(err) ? 'debug' : 'error']({ err }, 'an answer could not be sent')
