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
