/** Somebody with a browser, without its screen: keeps cookies, follows redirects within Guichet, fills forms in. */
export type Page = {
  readonly url: string
  readonly status: number
  readonly headers: Headers
  readonly body: string
  /** The h1, without markup. */
  readonly heading: string
  /** Messages of the error summary, or of fields. */
  readonly faults: readonly string[]
}

export type Visitor = {
  get(url: string): Promise<Page>
  post(url: string, fields: Readonly<Record<string, string>>, headers?: Readonly<Record<string, string>>): Promise<Page>
  /** Sends the form of the page that holds a control of this name or id, its hidden fields as they are. */
  submit(
    page: Page,
    fields: Readonly<Record<string, string>>,
    holding?: string,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Page>
  readonly cookies: Map<string, string>
  /** Every address visited, redirects included. */
  readonly visited: string[]
}

const decode = (text: string): string =>
  text
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')

const plain = (html: string): string =>
  decode(html.replace(/<[^>]*>/g, ''))
    .replace(/\s+/g, ' ')
    .trim()

const attribute = (tag: string, name: string): string | undefined => {
  const found = new RegExp(`\\s${name}="([^"]*)"`).exec(tag)
  return found?.[1] === undefined ? undefined : decode(found[1])
}

const forms = (body: string): readonly { readonly tag: string; readonly inside: string }[] =>
  [...body.matchAll(/(<form\b[^>]*>)([\s\S]*?)<\/form>/g)].map(([, tag = '', inside = '']) => ({ tag, inside }))

const standing = (inside: string): Record<string, string> => {
  const fields: Record<string, string> = {}
  for (const [tag] of inside.matchAll(/<input\b[^>]*>/g)) {
    const name = attribute(tag, 'name')
    const type = attribute(tag, 'type') ?? 'text'
    if (!name || type === 'submit') continue
    if ((type === 'radio' || type === 'checkbox') && !/\schecked\b/.test(tag)) continue
    fields[name] = attribute(tag, 'value') ?? ''
  }
  for (const [, tag = '', options = ''] of inside.matchAll(/(<select\b[^>]*>)([\s\S]*?)<\/select>/g)) {
    const name = attribute(tag, 'name')
    const chosen = /<option\b[^>]*\sselected[^>]*>/.exec(options)?.[0] ?? /<option\b[^>]*>/.exec(options)?.[0]
    if (name && chosen) fields[name] = attribute(chosen, 'value') ?? ''
  }
  return fields
}

/** How an answer is had: by the address itself, or from one process among several. */
export type Ask = (url: string, init: RequestInit) => Promise<Response>

/** `origin` is Guichet's: redirects elsewhere are given back, not followed. */
export const makeVisitor = (
  origin: string,
  headers: Readonly<Record<string, string>> = {},
  ask: Ask = (url, init) => fetch(url, init),
): Visitor => {
  const cookies = new Map<string, string>()
  const visited: string[] = []

  const keep = (answer: Response): void => {
    for (const line of answer.headers.getSetCookie()) {
      const [pair = '', ...attributes] = line.split(';')
      const at = pair.indexOf('=')
      const gone = attributes.some(one => /^\s*(max-age=0|expires=thu, 01 jan 1970)/i.test(one))
      const name = `${pair.slice(0, at)}|${pathOf(attributes)}`
      if (gone || pair.slice(at + 1) === '') cookies.delete(name)
      else cookies.set(name, pair.slice(at + 1))
    }
  }

  const pathOf = (attributes: readonly string[]): string =>
    attributes.map(one => /^\s*path=(.*)$/i.exec(one)?.[1]).find(path => path !== undefined) ?? '/'

  /** In the order in which they came: RFC 6265 has servers rely on none, whatever browsers do. */
  const sent = (url: string): string =>
    [...cookies]
      .filter(([key]) => new URL(url).pathname.startsWith(key.slice(key.lastIndexOf('|') + 1)))
      .map(([key, value]) => `${key.slice(0, key.lastIndexOf('|'))}=${value}`)
      .join('; ')

  const request = async (url: string, init: RequestInit, hops = 0): Promise<Page> => {
    visited.push(url)
    const answer = await ask(url, {
      ...init,
      redirect: 'manual',
      headers: { 'accept-language': 'fr', ...headers, ...(init.headers as Record<string, string>), cookie: sent(url) },
    })
    keep(answer)
    const body = await answer.text()
    const location = answer.headers.get('location')
    if (location && answer.status >= 300 && answer.status < 400) {
      const next = new URL(location, url).href
      if (!next.startsWith(`${origin}/`) || hops > 10) return pageOf(next, answer, body)
      return request(next, {}, hops + 1)
    }
    return pageOf(url, answer, body)
  }

  const pageOf = (url: string, answer: Response, body: string): Page => ({
    url,
    status: answer.status,
    headers: answer.headers,
    body,
    heading: plain(/<h1\b[^>]*>([\s\S]*?)<\/h1>/.exec(body)?.[1] ?? ''),
    faults: [...body.matchAll(/<p class="fault"[^>]*>([\s\S]*?)<\/p>/g)].map(([, text = '']) => plain(text)),
  })

  const post: Visitor['post'] = (url, fields, more = {}) =>
    request(url, {
      method: 'POST',
      body: new URLSearchParams(fields).toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...more },
    })

  return {
    cookies,
    visited,
    get: url => request(url, {}),
    post,
    submit: (page, fields, holding, more) => {
      const wanted = holding ?? Object.keys(fields)[0] ?? ''
      const form =
        forms(page.body).find(({ inside }) => new RegExp(`\\s(?:name|id)="${wanted}"`).test(inside)) ??
        forms(page.body)[0]
      if (!form) throw new Error(`no form holds ${wanted} on « ${page.heading} »`)
      const action = new URL(attribute(form.tag, 'action') ?? page.url, page.url).href
      return post(action, { ...standing(form.inside), ...fields }, more)
    },
  }
}
