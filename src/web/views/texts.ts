import { readFileSync } from 'node:fs'
import type fr from '../../../views/locales/fr.json'
import { escapeHtml, type RichParams, rich } from './rich.ts'

export type TextKey = keyof typeof fr
export type TextLanguage = 'fr' | 'en'
export type TextParams = Readonly<Record<string, string | number>>

export type Texts = {
  /** The text of a key, `{…}` filled in. Throws on a missing key or parameter. Not escaped. */
  t(language: TextLanguage, key: TextKey, params?: TextParams): string
  /** The same as HTML: values escaped, `**bold**` and `[label]({address})` of the text made into elements. */
  html(language: TextLanguage, key: TextKey, params?: RichParams): string
  has(key: string): key is TextKey
  /** « 3 minutes », « 1 heure », « 30 secondes »: rounded up to the unit. */
  duration(language: TextLanguage, seconds: number): string
  /** « 14 h 32 », “14:32”, in Paris. */
  hour(language: TextLanguage, at: Date): string
  /** « 12 mars 2026 », “12 March 2026”, in Paris. */
  date(language: TextLanguage, at: Date): string
}

const LOCALES = new URL('../../../views/locales/', import.meta.url)
const NO_BREAK = '\u00a0'

/**
 * No-break spaces where French wants them: before : ; ? ! and inside « », between a number and its unit, inside a
 * telephone number.
 */
export const frenchSpaces = (text: string): string =>
  text.replaceAll(
    / (?=[:;?!»])|(?<=«) |(?<=\{n\}) |(?<=\d) (?=\d|heures?\b|jours?\b|chiffres?\b|caractères\b)/g,
    NO_BREAK,
  )

/** Chooses between the forms of `{n|point|points}`: French counts 0 and 1 as singular, English 1 alone. */
const fill = (language: TextLanguage, text: string, key: string, params: TextParams): string =>
  text.replaceAll(/\{(\w+)(?:\|([^|{}]*)\|([^|{}]*))?\}/g, (_whole, name: string, one?: string, many?: string) => {
    const value = params[name]
    if (value === undefined) throw new Error(`Text ${key} needs the parameter ${name}.`)
    if (one === undefined || many === undefined) return String(value)
    const single = language === 'fr' ? Number(value) < 2 : Number(value) === 1
    return single ? one : many
  })

const load = (language: TextLanguage): Map<string, string> => {
  const texts = JSON.parse(readFileSync(new URL(`${language}.json`, LOCALES), 'utf8')) as Record<string, string>
  const typeset = language === 'fr' ? frenchSpaces : (text: string) => text
  return new Map(Object.entries(texts).map(([key, text]) => [key, typeset(text)]))
}

/** Reads both locales once. Every text that people see comes from here. */
export const makeTexts = (): Texts => {
  const locales = { fr: load('fr'), en: load('en') }
  const raw = (language: TextLanguage, key: string): string => {
    const text = locales[language].get(key)
    if (text === undefined) throw new Error(`No text ${key} in ${language}.`)
    return text
  }
  const part = (language: TextLanguage, at: Date, options: Intl.DateTimeFormatOptions): string =>
    new Intl.DateTimeFormat(language === 'fr' ? 'fr-FR' : 'en-GB', { timeZone: 'Europe/Paris', ...options }).format(at)
  const t: Texts['t'] = (language, key, params = {}) => fill(language, raw(language, key), key, params)

  return {
    t,
    html: (language, key, params = {}) =>
      rich(raw(language, key), text => fill(language, text, key, escaped(params)), params, key),
    has: (key): key is TextKey => locales.fr.has(key),
    duration: (language, seconds) => {
      if (seconds < 60) return t(language, 'duration.seconds', { n: Math.max(1, Math.ceil(seconds)) })
      const minutes = Math.ceil(seconds / 60)
      if (minutes < 60) return t(language, 'duration.minutes', { n: minutes })
      const hours = t(language, 'duration.hours', { n: Math.floor(minutes / 60) })
      if (minutes % 60 === 0) return hours
      return `${hours} ${t(language, 'duration.minutes', { n: minutes % 60 })}`
    },
    hour: (language, at) => {
      const clock = part(language, at, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
      return language === 'fr' ? clock.replace(':', `${NO_BREAK}h${NO_BREAK}`) : clock
    },
    date: (language, at) => {
      const words = part(language, at, { day: 'numeric', month: 'long', year: 'numeric' })
      return (language === 'fr' ? words.replace(/^1 /, '1er ') : words).replaceAll(' ', NO_BREAK)
    },
  }
}

const escaped = (params: RichParams): TextParams =>
  Object.fromEntries(
    Object.entries(params).map(([name, value]) => [
      name,
      typeof value === 'object' ? value.html : escapeHtml(String(value)),
    ]),
  )
