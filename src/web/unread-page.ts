/** What is said to whoever sent a request that could not be read: a page where it is a browser's, with a way out where there is one. */
import { METHODS, STATUS_CODES } from 'node:http'
import type { Log } from '../operations/log.ts'
import { logRequest } from '../operations/log.ts'
import type { AnswerUnread } from '../operations/unread.ts'
import { type ErrorCode, errors } from './errors.ts'
import { PAGE_HEADERS, securityHeaders } from './kit/headers.ts'
import { cleanPath } from './kit/own-path.ts'
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

const codeOf = (code: string | undefined): ErrorCode => {
  if (code === 'HPE_HEADER_OVERFLOW') return 'HEADERS_TOO_LARGE'
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return 'TOO_SLOW'
  return code === 'HPE_CHUNK_EXTENSIONS_OVERFLOW' ? 'TOO_LARGE' : 'BAD_REQUEST'
}

export type UnreadNeeds = { readonly secure: boolean; readonly views: Views; readonly log: Log }

/**
 * Cookies that a neighbour of the same domain set by the dozen would keep a person out until they erase them by hand: the browser
 * is asked to erase them (Clear-Site-Data), all of the domain's, for nobody can tell whose they are.
 */
export const makeAnswerUnread =
  ({ secure, views, log }: UnreadNeeds): AnswerUnread =>
  ({ code: reason, bytes }) => {
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
    const line = `HTTP/1.1 ${status} ${STATUS_CODES[status]}`
    // of one that came too slowly nothing is kept that tells what it was: a person may wait for it
    if (method === undefined && code !== 'TOO_SLOW') return `${line}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`
    const body = views.render(
      'error',
      { code, key: text, hrefs: flooded && method === 'GET' ? { retry: cleanPath(address) } : {} },
      { language: languageOf(undefined, accepted), path: '/', requestId, signedIn: false },
    )
    const headers = [
      ...securityHeaders(secure),
      ...PAGE_HEADERS,
      ...(flooded ? [['Clear-Site-Data', '"cookies"']] : []),
      ['Content-Type', 'text/html; charset=utf-8'],
      ['Content-Length', String(Buffer.byteLength(body))],
      ['Connection', 'close'],
    ]
    const head = [line, ...headers.map(([name, value]) => `${name}: ${value}`)]
    return `${head.join('\r\n')}\r\n\r\n${method === 'HEAD' ? '' : body}`
  }
