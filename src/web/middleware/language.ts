import type { Context, Next } from 'koa'
import { ambientOf, setAmbient } from '../../operations/ambient.ts'
import type { Language } from '../../stores/contracts.ts'
import type { Cookies } from '../kit/cookies.ts'
import { ownPath } from '../kit/own-path.ts'

const ONE_YEAR = 365 * 24 * 3600

export const isLanguage = (value: unknown): value is Language => value === 'fr' || value === 'en'

/** A browser names a handful. */
const MOST_TAGS = 20

/** Of ours, the one that the header weighs most, the first of two that it weighs the same; French when it wants neither. */
const acceptedLanguage = (header: string): Language => {
  let best: Language = 'fr'
  let heaviest = 0
  for (const range of header.split(',', MOST_TAGS)) {
    const [, tag = '', quality = '1'] = /^\s*(\*|[a-z]+)(?:-[a-z\d-]*)?\s*(?:;\s*q=([\d.]+))?\s*$/i.exec(range) ?? []
    const language = tag === '*' ? 'fr' : tag.toLowerCase()
    if (!isLanguage(language) || !(Number(quality) > heaviest)) continue
    best = language
    heaviest = Number(quality)
  }
  return best
}

/** The choice remembered, else the browser's, else French. */
export const languageOf = (remembered: string | undefined, accepted: string | undefined): Language =>
  isLanguage(remembered) ? remembered : acceptedLanguage(accepted ?? '')

export const chosenLanguage = (ctx: Context, cookies: Cookies): Language =>
  languageOf(cookies.plain(ctx, 'language'), ctx.get('Accept-Language'))

/** Remembers the language chosen, and speaks it from here on in this request. */
export const speak = (ctx: Context, cookies: Cookies, language: Language): void => {
  cookies.setPlain(ctx, 'language', language, ONE_YEAR)
  setAmbient(ctx.req, { ...ambientOf(ctx.req), language })
}

/** What a service asked for in `ui_locales` holds unless the person has chosen. */
export const suggestLanguage = (ctx: Context, cookies: Cookies, uiLocales: string | undefined): void => {
  if (!uiLocales || isLanguage(cookies.plain(ctx, 'language'))) return
  const wanted = uiLocales.split(' ').map(tag => tag.slice(0, 2).toLowerCase())
  const language = wanted.find(isLanguage)
  if (language) setAmbient(ctx.req, { ...ambientOf(ctx.req), language })
}

/** `?lang=en` on a page: remembered, then the same page at its clean address. Where there is no page the error speaks it at once. */
export const languageLink =
  (cookies: Cookies, isPage: (path: string) => boolean) =>
  async (ctx: Context, next: Next): Promise<void> => {
    const wanted = ctx.method === 'GET' ? ctx.query.lang : undefined
    if (!isLanguage(wanted)) return next()
    speak(ctx, cookies, wanted)
    if (!isPage(ctx.path)) return next()
    ctx.status = 303
    ctx.set('Location', ownPath(ctx))
    ctx.set('Cache-Control', 'no-store')
    ctx.body = ''
  }
