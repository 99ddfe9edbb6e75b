import type { IncomingMessage } from 'node:http'
import { isOvermarked } from '../../identity/typed-text.ts'
import { collectBody } from '../../operations/collect.ts'

/** What a form sent: each name once, as text. No prototype, so that a field named `constructor` is only a field. */
export type Fields = { readonly [name: string]: string }

export type ReadBody =
  | { readonly kind: 'read'; readonly fields: Fields }
  | { readonly kind: 'refused'; readonly code: 'BAD_REQUEST' | 'TOO_LARGE' }

const LIMITS = { bytes: 64 * 1024, seconds: 15 }
const MAX_FIELDS = 100

/** Percent-decoding that refuses what is malformed instead of guessing. */
const decode = (text: string): string => decodeURIComponent(text.replaceAll('+', ' '))

export const parseForm = (body: string): Fields | undefined => {
  const fields: { [name: string]: string } = Object.create(null)
  if (body === '') return fields
  const pairs = body.split('&')
  if (pairs.length > MAX_FIELDS) return undefined
  try {
    for (const pair of pairs) {
      const at = pair.indexOf('=')
      const name = decode(at < 0 ? pair : pair.slice(0, at))
      const value = at < 0 ? '' : decode(pair.slice(at + 1))
      if (name in fields || name.includes('\0') || value.includes('\0') || isOvermarked(value)) return undefined
      fields[name] = value
    }
    return fields
  } catch {
    return undefined // a URIError: malformed percent-encoding or UTF-8
  }
}

/** undefined when it is no UTF-8. */
const textOf = (body: Buffer): string | undefined => {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body)
  } catch {
    return undefined
  }
}

/** Reads a form of ours: urlencoded, 64 KiB, 100 fields, 15 s at most, each name once. Anything else is refused. */
export const readBody = async (request: IncomingMessage): Promise<ReadBody> => {
  const type = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase()
  if (type !== 'application/x-www-form-urlencoded') return { kind: 'refused', code: 'BAD_REQUEST' }
  const body = await collectBody(request, LIMITS)
  if (typeof body === 'string') return { kind: 'refused', code: body === 'tooLarge' ? 'TOO_LARGE' : 'BAD_REQUEST' }
  const text = textOf(body)
  const fields = text === undefined ? undefined : parseForm(text)
  return fields ? { kind: 'read', fields } : { kind: 'refused', code: 'BAD_REQUEST' }
}
