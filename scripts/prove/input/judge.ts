/** What every answer must be, whatever was sent. */
import { RAW_MARK, SENT } from './hostile.ts'
import { decoded } from './request.ts'
import { told } from './shapes/shape.ts'
import { type Answer, type Exchange, headerOf } from './wire.ts'

export const FAULTS = [
  'no answer in time',
  'no answer',
  'status of 5xx',
  'more answers than requests',
  'bytes after the last answer',
  'not refused',
  'refused by a page that is none',
  'a type of content that is not the content’s',
  'security headers missing',
  'a page kept by caches',
  'reflected unescaped',
  'sent elsewhere',
  'header made of what was sent',
  'cookie made of what was sent',
  'stack trace',
  'another person’s data',
] as const
export type Fault = (typeof FAULTS)[number]
/** detail: what in the answer is wrong, where a word of it helps. */
export type Judged = { readonly fault: Fault; readonly detail: string }

export type Expected = {
  readonly issuer: string
  readonly method: string
  /** As it was asked for, without its query. */
  readonly path: string
  /** Node's parser may answer, or close. */
  readonly wire: boolean
  readonly answers: number
  readonly refused: boolean
  /** Texts that this browser may not read. */
  readonly hidden: readonly string[]
}

const SECURITY: readonly (readonly [name: string, holds: string])[] = [
  ['content-security-policy', "default-src 'none'"],
  ['x-content-type-options', 'nosniff'],
  ['x-frame-options', 'DENY'],
  ['referrer-policy', 'no-referrer'],
  ['cross-origin-opener-policy', 'same-origin'],
]
const OURS = 'https://service.exemple.fr/'

/** Node answers what is no HTTP before any page of ours could: a bare status, and the connection closed. */
const isNodes = (answer: Answer): boolean =>
  headerOf(answer, 'content-security-policy') === undefined &&
  answer.body === '' &&
  [400, 408, 413, 417, 431].includes(answer.status)

const typeOf = (answer: Answer): string => (headerOf(answer, 'content-type') ?? '').split(';')[0]?.trim() ?? ''

const asJson = (body: string): unknown => {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}
const isProtocolError = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && 'error' in value && typeof value.error === 'string'

const typeIsRight = (answer: Answer): boolean => {
  const type = typeOf(answer)
  if (type === '') return answer.body === ''
  if (type === 'text/html') return headerOf(answer, 'content-type') === 'text/html; charset=utf-8'
  return type === 'application/json' && answer.body !== '' ? asJson(answer.body) !== undefined : true
}

const tells = (answer: Answer): boolean =>
  typeOf(answer) === 'text/html' ? answer.body.includes('<h1') : isProtocolError(asJson(answer.body))

const leadsElsewhere = (answer: Answer, issuer: string): boolean => {
  const to = headerOf(answer, 'location')
  if (to === undefined) return false
  const url = URL.parse(to, issuer)
  return !(url?.origin === issuer || url?.href.startsWith(OURS))
}
const LINKS_ELSEWHERE =
  /(?:href|src|action)="\s*(?:https?:)?[/\\]{2}(?:[^"/]*@)?evil\.intruszqx|(?:href|src|action)="\s*(?:javascript|data):/i

type Header = Answer['headers'][number]

/** As it is, percent-decoded, and each part from base64url: nothing that was sent stands in a cookie, in any of its writings. */
const writings = (value: string): readonly string[] => [
  value,
  decoded(value),
  ...value.split(/[^A-Za-z0-9+/_-]+/).map(part => Buffer.from(part, 'base64').toString('latin1')),
]

/** A service is given back its own state; what a service posts to these two is sent on to the same address, in the query. */
const CARRIES_ON = /^(?:https:\/\/service\.exemple\.fr\/|(?:http:\/\/localhost:\d+)?\/(?:authorize|session\/end)\?)/
/** Documents that any page may read: its own origin is named to it. */
const OPEN = /^\/(?:jwks|\.well-known\/[a-z-]+)$/

const NAMES_ORIGIN: ReadonlySet<string> = new Set(['access-control-allow-origin', 'www-authenticate'])
/** As a browser would write it. */
const EVIL_ORIGIN = 'https://evil.intruszqx.example'

/** What of a header may not hold what was sent: all of it, but for these. */
const heldToNothing = ([name, value]: Header, { path }: Expected): string => {
  if (name === 'access-control-allow-origin' && OPEN.test(path)) return ''
  // who may read an error is named by its well-formed origin, when no service is known yet (CORS)
  if (NAMES_ORIGIN.has(name)) return value.replaceAll(EVIL_ORIGIN, '')
  if (name !== 'location') return value
  // a page without its choice of language is at the address where it was asked for
  if (value === `/${path.replace(/^[/\\\s]+/, '')}`) return ''
  return CARRIES_ON.test(value) ? value.replace(/[?#].*/, '') : value
}

const isOfInput = (header: Header, expected: Expected): boolean => {
  const [name, value] = header
  if (SENT.test(name) || name === 'access-control-allow-credentials') return true
  if (RAW_MARK.test(value) || /[^\x20-\x7e]/.test(value)) return true
  return writings(heldToNothing(header, expected)).some(text => SENT.test(text))
}

const isWrongCookie = ([name, value]: Header): boolean =>
  name === 'set-cookie' && !/^guichet[-_][A-Za-z0-9_.-]+=[\w.%/+=:-]*;.*httponly/i.test(value)

const toldOf = (headers: readonly Header[], wrong: (header: Header) => boolean): string =>
  headers
    .filter(wrong)
    .map(header => told(header.join(': ')))
    .join(', ')

const STACK = /\n\s+at .*[(:]\d+:\d+|node_modules|file:\/\/\/|\.ts:\d+/

const plain = (fault: Fault): Judged => ({ fault, detail: '' })

const judgeAnswer = (answer: Answer, expected: Expected): readonly Judged[] => {
  const { issuer, method, wire, refused, hidden } = expected
  const { status, body, headers } = answer
  if (isNodes(answer)) return wire ? [] : [plain('refused by a page that is none')]
  const html = typeOf(answer) === 'text/html'
  const faults: readonly (readonly [fault: Fault, found: boolean | string])[] = [
    ['status of 5xx', status >= 500],
    ['not refused', refused && (status < 400 || status >= 500)],
    ['refused by a page that is none', status >= 400 && method !== 'HEAD' && !tells(answer)],
    ['a type of content that is not the content’s', method !== 'HEAD' && !typeIsRight(answer)],
    ['security headers missing', SECURITY.some(([name, holds]) => !headerOf(answer, name)?.includes(holds))],
    ['a page kept by caches', html && status !== 304 && !headerOf(answer, 'cache-control')?.includes('no-store')],
    ['reflected unescaped', typeOf(answer) !== 'application/json' && RAW_MARK.test(body)],
    ['sent elsewhere', leadsElsewhere(answer, issuer) || (html && LINKS_ELSEWHERE.test(body))],
    ['header made of what was sent', toldOf(headers, header => isOfInput(header, expected))],
    ['cookie made of what was sent', toldOf(headers, isWrongCookie)],
    ['stack trace', STACK.test(body)],
    ['another person’s data', hidden.some(text => body.includes(text))],
  ]
  return faults.flatMap(([fault, found]) => (found ? [{ fault, detail: found === true ? '' : found }] : []))
}

export const judge = ({ answers, end, rest }: Exchange, expected: Expected): readonly Judged[] => {
  if (end === 'late') return [plain('no answer in time')]
  if (answers.length === 0 && rest === '') return expected.wire ? [] : [plain('no answer')]
  // what follows a request that had no end is read as another one, and is none
  const made = answers.filter((answer, n) => n === 0 || !isNodes(answer))
  return [
    ...(made.length > expected.answers ? [plain('more answers than requests')] : []),
    ...(rest !== '' ? [plain('bytes after the last answer')] : []),
    ...made.flatMap((answer, n) => judgeAnswer(answer, n === 0 ? expected : { ...expected, refused: false })),
  ]
}
