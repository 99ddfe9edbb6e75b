import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'

export type ServedAsset = {
  readonly type: string
  readonly body: Buffer
  readonly encoding?: 'br' | 'gzip'
  /** The address holds the content's hash: it may be kept for ever. */
  readonly immutable: true
}

export type Assets = {
  /** The address of a file of views/assets, by its name. Throws when there is none. */
  href(name: string): string
  /** What answers a path, or nothing. Send `Vary: Accept-Encoding` with it. */
  serve(pathname: string, acceptEncoding?: string): ServedAsset | undefined
}

const TYPES: Readonly<Record<string, string>> = {
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml; charset=utf-8',
  png: 'image/png',
}

const FOLDER = new URL('../../../views/assets/', import.meta.url)
const COMPRESSED = /^(?:text\/|image\/svg)/

/** Style sheets, scripts and icons, held in memory at addresses that change with their content. */
export const makeAssets = (): Assets => {
  const files = new Map<string, { type: string; body: Buffer; br?: Buffer; gzip?: Buffer }>()
  const hrefs = new Map<string, string>()
  for (const name of readdirSync(FOLDER)) {
    const type = TYPES[name.slice(name.lastIndexOf('.') + 1)]
    if (type === undefined) continue
    const body = readFileSync(new URL(name, FOLDER))
    const hash = createHash('sha256').update(body).digest('base64url').slice(0, 12)
    hrefs.set(name, `/assets/${hash}/${name}`)
    files.set(`/assets/${hash}/${name}`, { type, body })
  }

  return {
    href(name) {
      const href = hrefs.get(name)
      if (href === undefined) throw new Error(`No asset ${name}.`)
      return href
    },
    serve(pathname, acceptEncoding = '') {
      const file = files.get(pathname)
      if (!file) return undefined
      const { type, body } = file
      if (COMPRESSED.test(type) && /\bbr\b/.test(acceptEncoding)) {
        file.br ??= brotliCompressSync(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } })
        return { type, body: file.br, encoding: 'br', immutable: true }
      }
      if (COMPRESSED.test(type) && /\bgzip\b/.test(acceptEncoding)) {
        file.gzip ??= gzipSync(body)
        return { type, body: file.gzip, encoding: 'gzip', immutable: true }
      }
      return { type, body, immutable: true }
    },
  }
}
