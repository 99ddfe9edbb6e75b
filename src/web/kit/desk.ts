import { randomBytes } from 'node:crypto'
import type { Context } from 'koa'
import type { ServiceView } from '../../oidc/contracts.ts'
import { ambientOf } from '../../operations/ambient.ts'
import type { FormTokens } from '../../protection/form-tokens.ts'
import { OWN_SERVICE_ID } from '../../services/services.ts'
import { type ErrorCode, errors } from '../errors.ts'
import type { Views } from '../views/engine.ts'
import type { Common, ErrorModel, PageModels, PageName } from '../views/models.ts'
import { blank, makeBlanks } from './blanks.ts'
import { type Fields, readBody } from './body.ts'
import type { Cookies } from './cookies.ts'
import { allowFormsTo, closePage } from './headers.ts'
import { ownPath } from './own-path.ts'

export type ShowOptions = {
  readonly status?: number
  readonly service?: ServiceView | undefined
  /** The way back to the service, when leaving is possible here. */
  readonly returnHref?: string | undefined
  readonly signedIn?: boolean
  /** The form on the page, by name; `formId` keeps its identity through its errors. */
  readonly form?: string
  readonly formId?: string | undefined
  /** Where the answer to this form may redirect: the CSP's form-action. */
  readonly redirectOrigin?: string | undefined
  readonly path?: string
}

export type SentForm = {
  readonly fields: Fields
  /** Random, the same through every error of one form: what a challenge is bound to. */
  readonly formId: string
  /** Older than a day, or made for another browser session: show it again, filled in, with a notice. */
  readonly stale: boolean
}

export type ErrorOptions = {
  readonly service?: ServiceView | undefined
  readonly returnHref?: string | undefined
  readonly waitSeconds?: number
  readonly hrefs?: ErrorModel['hrefs']
  /** The upstream's name. */
  readonly label?: string | undefined
}

/** What every handler works at: pages shown, forms read, errors told, cookies and headers right. */
export type Desk = {
  show<P extends PageName>(ctx: Context, page: P, model: PageModels[P], options?: ShowOptions): void
  error(ctx: Context, code: ErrorCode, options?: ErrorOptions): void
  redirect(ctx: Context, url: string): void
  /** The form sent, or undefined when it was answered already (cookies off, malformed, from another site). */
  form(ctx: Context, name: string): Promise<SentForm | undefined>
  newFormId(): string
}

const shownService = ({ id, name }: ServiceView, returnHref: string | undefined) => ({
  name,
  returnHref,
  own: id === OWN_SERVICE_ID,
})

/** 16 bytes in base64url. */
const FORM_ID_LENGTH = 22
const BROWSER_SECONDS = 365 * 24 * 3600

export const makeDesk = ({
  views,
  cookies,
  formTokens,
  origin,
  requestSeconds,
}: {
  readonly views: Views
  readonly cookies: Cookies
  readonly formTokens: FormTokens
  readonly origin: string
  /** How long a service's request stays open: said when it has expired. */
  readonly requestSeconds: number
}): Desk => {
  const browserOf = (ctx: Context): string | undefined => {
    const id = cookies.open(ctx, 'browser')
    return typeof id === 'string' ? id : undefined
  }
  const browserMade = (ctx: Context): string => {
    const made = (ctx.state.browser as string | undefined) ?? browserOf(ctx)
    if (made) return made
    const id = randomBytes(16).toString('base64url')
    ctx.state.browser = id
    cookies.seal(ctx, 'browser', id, BROWSER_SECONDS)
    return id
  }
  const newFormId = () => randomBytes(16).toString('base64url')

  const commonOf = (ctx: Context, options: ShowOptions): Common => {
    const { requestId, language } = ambientOf(ctx.req)
    const id = options.form ? (options.formId ?? newFormId()) : undefined
    const token = id && `${id}.${formTokens.issue(browserMade(ctx), `${options.form}:${id}`)}`
    return {
      language,
      path: options.path ?? ownPath(ctx),
      requestId,
      signedIn: options.signedIn ?? false,
      posted: ctx.method === 'POST',
      ...(options.service ? { service: shownService(options.service, options.returnHref) } : {}),
      ...(token ? { formToken: token } : {}),
    }
  }

  const send = (ctx: Context, status: number, body: string): void => {
    closePage(ctx)
    ctx.status = status
    ctx.type = 'text/html; charset=utf-8'
    ctx.body = body
  }

  const show: Desk['show'] = (ctx, page, model, options = {}) => {
    const body = views.render(page, model, commonOf(ctx, options))
    send(ctx, options.status ?? 200, body)
    if (options.redirectOrigin && options.redirectOrigin !== origin) allowFormsTo(ctx, options.redirectOrigin)
  }

  const blanks = makeBlanks()
  /** An error that says nothing of a service costs next to nothing: those who send nonsense, or too much, do so by the thousand. */
  const plainError = (ctx: Context, status: number, model: ErrorModel): void => {
    const { requestId, language } = ambientOf(ctx.req)
    const posted = ctx.method === 'POST'
    const common = { language, path: blank('path'), requestId: blank('id'), signedIn: false, posted }
    const key = `${model.code} ${language} ${model.wait?.seconds ?? ''} ${posted}`
    const words = { path: ownPath(ctx), id: requestId }
    send(
      ctx,
      status,
      blanks.fill(key, () => views.render('error', model, common), words),
    )
  }

  const error: Desk['error'] = (ctx, code, options = {}) => {
    const { status, text } = errors[code]
    if (options.waitSeconds) ctx.set('Retry-After', String(options.waitSeconds))
    ctx.state.errorCode = code
    const seconds = code === 'INTERACTION_EXPIRED' ? requestSeconds : options.waitSeconds
    const wait = seconds ? { seconds } : undefined
    const { service } = options
    if (!service && !options.returnHref && !options.hrefs)
      return plainError(ctx, status, { code, key: text, wait, hrefs: {} })
    const hrefs = { ...(service?.homePage ? { serviceSite: service.homePage } : {}), ...options.hrefs }
    const returnHref = options.returnHref ?? service?.initiateLoginUri ?? service?.homePage
    show(
      ctx,
      'error',
      { code, key: text, wait, hrefs, serviceName: service?.name, label: options.label },
      { status, service, returnHref },
    )
  }

  const fromAnotherSite = (ctx: Context): boolean => {
    const site = ctx.get('Sec-Fetch-Site')
    // none: the person's own doing (a tab restored and sent again), which no site can feign
    if (site) return site !== 'same-origin' && site !== 'none'
    // Referrer-Policy: no-referrer makes our own forms say `null`; the token decides then
    const from = ctx.get('Origin')
    return from !== '' && from !== 'null' && from !== origin
  }

  return {
    show,
    error,
    newFormId,
    redirect: (ctx, url) => {
      closePage(ctx)
      ctx.status = 303
      ctx.set('Location', url)
      ctx.body = ''
    },
    form: async (ctx, name) => {
      if (fromAnotherSite(ctx)) {
        ctx.set('Connection', 'close')
        error(ctx, 'CROSS_SITE')
        return undefined
      }
      const body = await readBody(ctx.req)
      if (body.kind === 'refused') {
        // what is left of the body is not read
        ctx.set('Connection', 'close')
        error(ctx, body.code)
        return undefined
      }
      const browser = browserOf(ctx)
      if (!browser && ctx.get('Cookie') === '') {
        error(ctx, 'COOKIES_OFF', { hrefs: { restart: ownPath(ctx) } })
        return undefined
      }
      const sent = body.fields._token ?? ''
      const formId = sent.slice(0, FORM_ID_LENGTH)
      const token = sent.slice(FORM_ID_LENGTH + 1)
      const read = browser ? formTokens.verify(browser, `${name}:${formId}`, token) : 'wrong'
      const fresh = read === 'ok'
      return { fields: body.fields, formId: read === 'wrong' ? newFormId() : formId, stale: !fresh }
    },
  }
}
