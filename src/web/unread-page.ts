/** What is said to whoever sent a request that could not be read: a page where it is a browser's, with a way out where there is one. */
import { METHODS, STATUS_CODES } from 'node:http'
import type { Log } from '../operations/log.ts'
import { logRequest } from '../operations/log.ts'
import type { AnswerUnread } from '../operations/unread.ts'
import { type ErrorCode, errors } from './errors.ts'
import { PAGE_HEADERS, securityHeaders } from './kit/headers.ts'
import { cleanPath } from './kit/own-path.ts'
import { makeSharedLine } from './kit/shared-line.ts'
import { newReference } from './middleware/arrival.ts'
import { languageOf } from './middleware/language.ts'
import type { Views } from './views/engine.ts'

/** A browser sends two or three of ours, of some hundred bytes each: this much was put there by somebody else. */
const FLOOD_BYTES = 8 * 1024
/** A longer address may be what made the request too large: then cookies are left, or any site could sign a person out. */
const LONG_ADDRESS = 4 * 1024

const FIRST_LINE = /^[A-Z]+ (\/\S*) HTTP\/1\.[01]\r\n/

/** How a request begins. */
const METHOD = new RegExp(`^(${METHODS.join('|')}) `)

type Read = {
  /** undefined for what does not begin as a request does. */
  readonly method: string | undefined
  readonly address: string | undefined
  readonly accepted: string
  readonly cookieBytes: number
}

const read = (bytes: Buffer): Read => {
  const text = bytes.toString('latin1')
  const cookies = [...text.matchAll(/\r\ncookie:([^\r\n]*)/gi)]
  return {
    method: METHOD.exec(text)?.[1],
    address: FIRST_LINE.exec(text)?.[1],
    accepted: /\r\naccept-language:([^\r\n]{0,200})/i.exec(text)?.[1] ?? '',
    cookieBytes: cookies.reduce((sum, [, value = '']) => sum + value.length, 0),
  }
}

const SLOW = 'ERR_HTTP_REQUEST_TIMEOUT'

const codeOf = (code: string | undefined): ErrorCode => {
  if (code === 'HPE_HEADER_OVERFLOW') return 'HEADERS_TOO_LARGE'
  return code === 'HPE_CHUNK_EXTENSIONS_OVERFLOW' ? 'TOO_LARGE' : 'BAD_REQUEST'
}

export type UnreadNeeds = { readonly secure: boolean; readonly views: Views; readonly log: Log }

/** A whole answer that ends the connection. */
const answerOf = (
  code: ErrorCode,
  secure: boolean,
  body: string,
  more: readonly (readonly [string, string])[] = [],
) => {
  const { status } = errors[code]
  const headers = [
    ...securityHeaders(secure),
    ...PAGE_HEADERS,
    ...more,
    ['Content-Type', 'text/html; charset=utf-8'],
    ['Content-Length', String(Buffer.byteLength(body))],
    ['Connection', 'close'],
  ]
  const head = [`HTTP/1.1 ${status} ${STATUS_CODES[status]}`, ...headers.map(([name, value]) => `${name}: ${value}`)]
  return (withBody: boolean): string => `${head.join('\r\n')}\r\n\r\n${withBody ? body : ''}`
}

/** Connections that came too slowly end by the thousand in one turn of the loop: all of a second have one page and one line of log. */
const makeAnswerSlow = ({ secure, views, log }: UnreadNeeds) => {
  const { status, text } = errors.TOO_SLOW
  const shared = makeSharedLine((request, connections) =>
    log.info({ request, code: 'TOO_SLOW', status, connections }, 'came too slowly'),
  )
  let last = { requestId: '', answer: '' }
  return (): string => {
    const requestId = shared()
    if (last.requestId !== requestId) {
      // of what came nothing is kept that tells a language
      const about = { language: languageOf(undefined, ''), path: '/', requestId, signedIn: false }
      const body = views.render('error', { code: 'TOO_SLOW', key: text, hrefs: {} }, about)
      last = { requestId, answer: answerOf('TOO_SLOW', secure, body)(true) }
    }
    return last.answer
  }
}

/**
 * Cookies that a neighbour of the same domain set by the dozen would keep a person out until they erase them by hand: the browser
 * is asked to erase them (Clear-Site-Data), all of the domain's, for nobody can tell whose they are.
 */
export const makeAnswerUnread = (needs: UnreadNeeds): AnswerUnread => {
  const { secure, views, log } = needs
  const answerSlow = makeAnswerSlow(needs)
  return ({ code: reason, bytes }) => {
    if (reason === SLOW) return answerSlow()
    const { method, address, accepted, cookieBytes } = read(bytes)
    const flooded =
      reason === 'HPE_HEADER_OVERFLOW' &&
      address !== undefined &&
      address.length <= LONG_ADDRESS &&
      cookieBytes > FLOOD_BYTES
    const code = flooded ? 'COOKIES_TOO_LARGE' : codeOf(reason)
    const { status, text } = errors[code]
    const requestId = newReference()
    logRequest(log, { request: requestId, method: method ?? 'other', route: undefined, status, milliseconds: 0, code })
    if (method === undefined)
      return `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`
    const body = views.render(
      'error',
      { code, key: text, hrefs: flooded && method === 'GET' ? { retry: cleanPath(address) } : {} },
      { language: languageOf(undefined, accepted), path: '/', requestId, signedIn: false },
    )
    return answerOf(code, secure, body, flooded ? [['Clear-Site-Data', '"cookies"']] : [])(method !== 'HEAD')
  }
}
