/** The structured log: one JSON object a line. It never holds personal data, a path, a query or a secret. */
import type { ServerResponse } from 'node:http'
import { type DestinationStream, pino } from 'pino'
import { scrub } from './scrub.ts'

export type Log = {
  debug(details: object, message: string): void
  info(details: object, message: string): void
  warn(details: object, message: string): void
  error(details: object, message: string): void
  fatal(details: object, message: string): void
}
export type LogLevel = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'silent'

/** Names under which careless code would log what must not be: a last net, not a licence. */
const forbidden: ReadonlySet<string> = new Set([
  'password',
  'nir',
  'email',
  'name',
  'phone',
  'address',
  'token',
  'code_verifier',
  'secret',
  'cookie',
  'cookies',
  'authorization',
  'headers',
  'body',
  'query',
  'url',
  'path',
  'ip',
  'network',
])
const deepest = 5

/** Made here: pino's own redaction runs every path on every value of every line. Errors have their own way of being shown. */
const redacted = (details: object, depth = 1): { [name: string]: unknown } =>
  Object.fromEntries(
    Object.entries(details).map(([name, value]) => [
      name,
      forbidden.has(name) ? '[redacted]' : valueShown(value, depth),
    ]),
  )

const valueShown = (value: unknown, depth: number): unknown => {
  if (typeof value !== 'object' || value === null || value instanceof Error || 'toJSON' in value) return value
  if (depth === deepest) return '[deep]'
  return Array.isArray(value) ? value.map(one => valueShown(one, depth + 1)) : redacted(value, depth + 1)
}

type LoggedError = { type: string; message: string; code?: string; stack?: string; cause?: LoggedError }

const errorShown = (fault: unknown, depth = 0): LoggedError => {
  if (!(fault instanceof Error)) return { type: typeof fault, message: 'something other than an Error was thrown' }
  const code = 'code' in fault && typeof fault.code === 'string' ? scrub(fault.code) : undefined
  return {
    type: fault.name,
    message: scrub(fault.message),
    ...(code !== undefined ? { code } : {}),
    ...(fault.stack !== undefined ? { stack: scrub(fault.stack) } : {}),
    ...(fault.cause !== undefined && depth < 3 ? { cause: errorShown(fault.cause, depth + 1) } : {}),
  }
}

export type LogNeeds = {
  readonly level: LogLevel
  readonly version: string
  /** Standard output by default. */
  readonly destination?: DestinationStream
}

const GATHERED_MS = 100
const GATHERED_BYTES = 8 * 1024

/** Standard output, written at most ten times a second: a write for each line costs more than the line. Flushed at the exit. */
const makeOutput = (): DestinationStream => {
  const output = pino.destination({ dest: 1, sync: false, minLength: GATHERED_BYTES })
  let waiting = false
  const flush = (): void => {
    waiting = false
    output.flush()
  }
  return {
    write: line => {
      output.write(line)
      if (waiting) return
      waiting = true
      setTimeout(flush, GATHERED_MS).unref()
    },
  }
}

/** `err` in the details is shown by its type, message and stack, each scrubbed; its other properties are not. */
export const makeLog = ({ level, version, destination }: LogNeeds): Log => {
  const options = {
    level,
    base: { app: 'guichet', version, pid: process.pid },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }), log: (details: object) => redacted(details) },
    serializers: { err: (fault: unknown) => errorShown(fault) },
  }
  return pino(options, destination ?? makeOutput())
}

export type RequestLine = {
  readonly request: string
  readonly method: string
  /** The route's pattern (`/connexion/:uid`), never the path; undefined when none took the request. */
  readonly route: string | undefined
  readonly status: number
  readonly milliseconds: number
  /** The code of the error page shown, when one was. */
  readonly code?: string | undefined
}

const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])

/** As nginx says it: whoever asked had left before there was an answer. */
const GONE = 499

/** What the answer's status was, once it is over. */
export const statusTold = ({ headersSent, statusCode }: Pick<ServerResponse, 'headersSent' | 'statusCode'>): number =>
  headersSent ? statusCode : GONE

/** One line for a request that is over. */
export const logRequest = (log: Log, line: RequestLine): void => {
  const details = {
    request: line.request,
    method: methods.has(line.method) ? line.method : 'other',
    route: line.route ?? 'none',
    status: line.status,
    ms: Math.round(line.milliseconds * 10) / 10,
    ...(line.code !== undefined ? { code: line.code } : {}),
  }
  log[line.status >= 500 ? 'error' : 'info'](details, 'request')
}
