/** A request in pieces that can each be spoilt, and its bytes. */
import type { Sent } from './wire.ts'

/** Raw as on the wire: already encoded, or wrong on purpose. One character is one byte. */
export type Raw = string

export type Request = {
  readonly method: Raw
  readonly path: Raw
  readonly query: readonly Raw[]
  /** Instead of path and query. */
  readonly target?: Raw
  readonly version: Raw
  readonly hosts: readonly Raw[]
  readonly headers: readonly (readonly [name: Raw, value: Raw])[]
  readonly cookies: readonly (readonly [name: Raw, value: Raw])[]
  /** Of the form sent; undefined: no body. */
  readonly fields: readonly Raw[] | undefined
  /** Instead of fields. */
  readonly body?: Buffer
  readonly type: Raw | undefined
  /** Headers that say where the body ends, and the body as framed; by Content-Length unless told otherwise. */
  readonly framed?: (body: Buffer) => { readonly headers: readonly Raw[]; readonly bytes: Buffer }
  /** The last change to the bytes. */
  readonly bytes?: (whole: Buffer) => Buffer
  readonly more?: { readonly bytes: Buffer; readonly methods: readonly string[] }
  readonly cut?: boolean
}

export const utf8 = (text: string): Raw => Buffer.from(text, 'utf8').toString('latin1')
/** Percent-encoded whatever it is; lone surrogates as their three bytes, which are no UTF-8. */
/** Back from the form's own writing; as it is when another shape has spoilt it. */
export const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
export const encoded = (text: string): Raw =>
  [...text]
    .map(character => {
      const code = character.codePointAt(0) ?? 0
      if (code < 0xd800 || code > 0xdfff) return encodeURIComponent(character)
      return [0xe0 | (code >> 12), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63)]
        .map(byte => `%${byte.toString(16)}`)
        .join('')
    })
    .join('')
export const pair = (name: string, value: string): Raw => `${encoded(name)}=${encoded(value)}`

/** The pair of that name replaced, or added. */
export const withPair = (pairs: readonly Raw[], name: string, value: Raw): readonly Raw[] => [
  ...pairs.filter(one => !one.startsWith(`${encoded(name)}=`)),
  `${encoded(name)}=${value}`,
]

/** A parameter where the endpoint reads it: in the form when there is one, else in the query. */
export const withParameter = (request: Request, name: string, value: Raw): Request =>
  request.fields
    ? { ...request, fields: withPair(request.fields, name, value) }
    : { ...request, query: withPair(request.query, name, value) }

export const withHeader = (request: Request, name: Raw, value: Raw): Request => ({
  ...request,
  headers: [...request.headers.filter(([other]) => other.toLowerCase() !== name.toLowerCase()), [name, value]],
})

const bodyOf = ({ body, fields }: Request): Buffer | undefined =>
  body ?? (fields === undefined ? undefined : Buffer.from(fields.join('&'), 'latin1'))

export const bytesOf = (request: Request): Sent => {
  const { method, path, query, version, hosts, headers, cookies, type, more } = request
  const target = request.target ?? (query.length > 0 ? `${path}?${query.join('&')}` : path)
  const body = bodyOf(request)
  const framed =
    body === undefined
      ? { headers: [], bytes: Buffer.alloc(0) }
      : (request.framed?.(body) ?? { headers: [`Content-Length: ${body.length}`], bytes: body })
  const cookie = cookies.map(([name, value]) => `${name}=${value}`).join('; ')
  const lines = [
    `${method} ${target} ${version}`,
    ...hosts.map(host => `Host: ${host}`),
    ...headers.map(([name, value]) => `${name}: ${value}`),
    ...(cookie === '' ? [] : [`Cookie: ${cookie}`]),
    ...(body !== undefined && type !== undefined ? [`Content-Type: ${type}`] : []),
    ...framed.headers,
    ...(more ? [] : ['Connection: close']),
  ]
  const whole = Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), framed.bytes])
  const sent = request.bytes?.(whole) ?? whole
  return {
    bytes: more ? Buffer.concat([sent, more.bytes]) : sent,
    methods: [method, ...(more?.methods ?? [])],
    cut: request.cut ?? false,
  }
}
