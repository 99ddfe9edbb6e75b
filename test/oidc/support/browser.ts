/** A browser as far as the protocol sees one: cookies with their paths, redirects followed one by one within the origin. */
import type { InteractionAnswer } from '../../../src/oidc/contracts.ts'
import type { Loose } from './loose.ts'

type Cookie = { readonly name: string; readonly value: string; readonly path: string }

export type Page = {
  readonly status: number
  readonly url: URL
  readonly headers: Headers
  readonly text: string
  /** Where it was sent away to, outside of Guichet. */
  readonly away?: URL
  /** The page as data, when the test application wrote it. */
  readonly json: Loose
}

const asJson = (text: string) => {
  try {
    return JSON.parse(text)
  } catch {
    return {}
  }
}

export const makeBrowser = (origin: string, clock: () => Date) => {
  let cookies: Cookie[] = []

  const store = (header: string): void => {
    const [pair = '', ...attributes] = header.split(';').map(part => part.trim())
    const at = pair.indexOf('=')
    const [name, value] = [pair.slice(0, at), pair.slice(at + 1)]
    const path = attributes.find(part => part.toLowerCase().startsWith('path='))?.slice(5) ?? '/'
    const expires = attributes.find(part => part.toLowerCase().startsWith('expires='))?.slice(8)
    cookies = cookies.filter(cookie => cookie.name !== name || cookie.path !== path)
    if (value !== '' && (!expires || Date.parse(expires) > clock().getTime())) cookies.push({ name, value, path })
  }

  const sent = (path: string): string =>
    cookies
      .filter(
        cookie => path === cookie.path || path.startsWith(cookie.path.endsWith('/') ? cookie.path : `${cookie.path}/`),
      )
      .map(({ name, value }) => `${name}=${value}`)
      .join('; ')

  const once = async (url: URL, init: RequestInit = {}): Promise<Response> => {
    const headers = new Headers(init.headers)
    headers.set('Cookie', sent(url.pathname))
    if (!headers.has('Accept')) headers.set('Accept', 'text/html')
    const response = await fetch(new URL(url.pathname + url.search, origin), { ...init, headers, redirect: 'manual' })
    for (const header of response.headers.getSetCookie()) store(header)
    return response
  }

  const go = async (target: string, init: RequestInit = {}, hops = 0): Promise<Page> => {
    const url = new URL(target, origin)
    const response = await once(url, init)
    const location = response.headers.get('location')
    const next = location === null ? undefined : new URL(location, url)
    if (next && next.host === url.host && hops < 10 && response.status >= 300 && response.status < 400) {
      await response.arrayBuffer()
      return go(next.href, {}, hops + 1)
    }
    const text = await response.text()
    const page = { status: response.status, url, headers: response.headers, text, json: asJson(text) }
    return next ? { ...page, away: next } : page
  }

  const answer = (page: Page, given: InteractionAnswer): Promise<Page> =>
    go(page.url.pathname, { method: 'POST', body: JSON.stringify({ answer: given }) })

  return {
    go,
    once: (path: string, init?: RequestInit) => once(new URL(path, origin), init),
    answer,
    signIn: (page: Page, accountId: string, kind: 'login' | 'create' = 'login') =>
      answer(page, { kind, signedIn: { accountId, acr: 'eidas1', amr: ['pwd'], at: clock() } }),
    switchAccount: (page: Page) => go(page.url.pathname, { method: 'POST', body: JSON.stringify({ switch: true }) }),
    post: (path: string, fields: Record<string, string>) =>
      go(path, {
        method: 'POST',
        body: new URLSearchParams(fields),
        headers: { 'Content-Type': 'application/x-www-form-urlencoded', Accept: 'text/html' },
      }),
    cookies: () => cookies,
    copy: () => cookies.map(cookie => ({ ...cookie })),
    put: (copied: readonly Cookie[]) => {
      cookies = [...copied]
    },
  }
}

export type Browser = ReturnType<typeof makeBrowser>
