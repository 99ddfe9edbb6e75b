import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DemoLog } from '../../src/demo/common/log.ts'

export const aDirectory = async (): Promise<{ path: string; remove(): Promise<void> }> => {
  const path = await mkdtemp(join(tmpdir(), 'guichet-demo-'))
  return { path, remove: () => rm(path, { recursive: true, force: true }) }
}

/** Keeps what is logged, to be looked at. */
export const aLog = (): DemoLog & { readonly lines: readonly string[] } => {
  const lines: string[] = []
  const keep = (level: string) => (details: object, message: string) => {
    const err = 'err' in details && details.err instanceof Error ? details.err.stack : undefined
    lines.push(`${level} ${message} ${JSON.stringify(details)} ${err ?? ''}`)
  }
  return { lines, info: keep('info'), warn: keep('warn'), error: keep('error') }
}

export type Page = { readonly status: number; readonly url: string; readonly body: string; readonly headers: Headers }
export type Browser = {
  get(url: string, headers?: Record<string, string>): Promise<Page>
  post(url: string, fields?: Record<string, string>, headers?: Record<string, string>): Promise<Page>
}

/** A browser without JavaScript: keeps cookies by path for all ports of localhost, as real ones do, and follows redirects. */
export const aBrowser = (): Browser => {
  const jar = new Map<string, { readonly value: string; readonly path: string }>()

  const keepCookies = (headers: Headers): void => {
    for (const line of headers.getSetCookie()) {
      const [pair = '', ...attributes] = line.split(';').map(part => part.trim())
      const name = pair.slice(0, pair.indexOf('='))
      const value = pair.slice(pair.indexOf('=') + 1)
      const path = attributes.find(part => part.toLowerCase().startsWith('path='))?.slice(5) ?? '/'
      const expires = attributes.find(part => part.toLowerCase().startsWith('expires='))?.slice(8)
      if (expires !== undefined && new Date(expires) < new Date()) jar.delete(`${name} ${path}`)
      else jar.set(`${name} ${path}`, { value, path })
    }
  }

  const cookiesFor = (url: URL): string =>
    [...jar]
      .filter(
        ([, { path }]) => url.pathname === path || url.pathname.startsWith(path.endsWith('/') ? path : `${path}/`),
      )
      .map(([key, { value }]) => `${key.split(' ')[0]}=${value}`)
      .join('; ')

  const go = async (address: string, init: RequestInit, hops = 0): Promise<Page> => {
    const url = new URL(address)
    const headers = new Headers(init.headers)
    headers.set('Cookie', cookiesFor(url))
    const answer = await fetch(url, { ...init, headers, redirect: 'manual' })
    keepCookies(answer.headers)
    const location = answer.headers.get('Location')
    if (location !== null && hops < 15) {
      await answer.arrayBuffer()
      const { 'Accept-Language': language } = Object.fromEntries(new Headers(init.headers)) as Record<string, string>
      return go(
        new URL(location, url).href,
        language === undefined ? {} : { headers: { 'Accept-Language': language } },
        hops + 1,
      )
    }
    return { status: answer.status, url: url.href, body: await answer.text(), headers: answer.headers }
  }

  return {
    get: (url, headers = {}) => go(url, { headers }),
    post: (url, fields = {}, headers = {}) => go(url, { method: 'POST', body: new URLSearchParams(fields), headers }),
  }
}
