import type { BrowserContext, ConsoleMessage, Page, Request, Response } from 'playwright-core'

export type Watch = {
  /** What no journey may do: an error in the console, a CSP violation, a failed or a third-party request. */
  readonly problems: readonly string[]
  /** Every address asked for, pages and what they are made of. */
  readonly asked: readonly string[]
}

/** The browser itself writes this for a page whose status is 4xx or 5xx: our forms with errors are such pages. */
const STATUS_LINE = /^Failed to load resource: the server responded with a status of/
/** Scripts that a test keeps away, for what they would find there. */
const KEPT_AWAY = 'net::ERR_BLOCKED_BY_CLIENT'

/** Looks over the shoulder of every page of a context. `own` are the origins that may be asked. */
export const watch = (context: BrowserContext, own: readonly string[]): Watch => {
  const problems: string[] = []
  const asked: string[] = []
  const isOwn = (url: string) => own.some(origin => url.startsWith(`${origin}/`)) || /^(data|blob|about):/.test(url)
  const short = (url: string) => url.replace(/\?.*/, '')

  const onConsole = (message: ConsoleMessage): void => {
    if (message.type() !== 'error' && message.type() !== 'warning') return
    const text = message.text()
    if (STATUS_LINE.test(text) || text.includes(KEPT_AWAY)) return
    problems.push(`console ${message.type()}: ${text} (${short(message.location().url)})`)
  }
  const onRequest = (request: Request): void => {
    asked.push(request.url())
    if (!isOwn(request.url())) problems.push(`asked a third party: ${short(request.url())}`)
  }
  const onFailed = (request: Request): void => {
    const failure = request.failure()?.errorText ?? ''
    // a page left before all of it came
    if (failure === 'net::ERR_ABORTED' || failure.startsWith(KEPT_AWAY)) return
    problems.push(`request failed: ${short(request.url())} ${failure}`)
  }
  const onResponse = (response: Response): void => {
    const request = response.request()
    if (response.status() < 400 || request.isNavigationRequest()) return
    problems.push(`answered ${response.status()}: ${short(request.url())}`)
  }
  const onPage = (page: Page): void => {
    page.on('pageerror', error => problems.push(`script error: ${error.message}`))
  }
  context.on('console', onConsole)
  context.on('request', onRequest)
  context.on('requestfailed', onFailed)
  context.on('response', onResponse)
  context.on('page', onPage)
  return { problems, asked }
}
