import type { Context } from 'koa'

export type Language = 'fr' | 'en'
/** Picks one of the two texts; the French one gets its no-break spaces. */
export type Say = (french: string, english: string) => string

const withNoBreakSpaces = (french: string): string =>
  french.replace(/« /g, '«\u00a0').replace(/ ([»:;?!])/g, '\u00a0$1')

/** The language that the browser asks for; French when it asks for neither. */
export const languageOf = (ctx: Context): Language => {
  ctx.vary('Accept-Language')
  return ctx.acceptsLanguages('fr', 'en') === 'en' ? 'en' : 'fr'
}

export const sayIn =
  (language: Language): Say =>
  (french, english) =>
    language === 'fr' ? withNoBreakSpaces(french) : english

const timeZone = 'Europe/Paris' // that of Guichet's own mails and pages

/** « 12 mars 2026 à 14 h 32 » */
export const momentIn = (language: Language, at: Date): string => {
  const format = { dateStyle: 'long', timeStyle: 'short', timeZone } as const
  if (language === 'en') return at.toLocaleString('en-GB', format)
  return at.toLocaleString('fr-FR', format).replace(/(\d\d):(\d\d)/, '$1\u00a0h\u00a0$2')
}

/** To the second: « 14:32:07 » */
export const clockIn = (language: Language, at: Date): string =>
  at.toLocaleTimeString(language === 'fr' ? 'fr-FR' : 'en-GB', { timeStyle: 'medium', timeZone })
