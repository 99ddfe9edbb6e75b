/** The operator's own texts: terms, personal data, legal notice, accessibility statement, help. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Language } from '../stores/contracts.ts'

export type OperatorText = {
  /** Of the front matter; the terms' is asked for anew when it changes. */
  readonly version: string
  /** SHA-256 (hex) of the body as it is shown: kept as proof with an acceptance. */
  readonly hash: string
  /** In the simple markup that pages show. */
  readonly body: string
  /** Differs from the language asked for when the text exists in the other only. */
  readonly language: Language
}

export type TextKind = 'terms' | 'privacy' | 'legal' | 'accessibility' | 'help'
export type Texts = { readonly [kind in TextKind]: { readonly [language in Language]: OperatorText } }

export type LoadedTexts =
  | { readonly kind: 'loaded'; readonly texts: Texts }
  | { readonly kind: 'refused'; readonly problems: readonly string[] }

type TextsNeeds = {
  readonly texts: string
  readonly production: boolean
  /** These stand in texts as {name}, {operator} and {contact}. */
  readonly name: string
  readonly operator: string
  readonly contact: string
}

const fileNames: { readonly [kind in TextKind]: string } = {
  terms: 'conditions',
  privacy: 'donnees-personnelles',
  legal: 'mentions-legales',
  accessibility: 'accessibilite',
  help: 'aide',
}

type Front = { readonly version: string | undefined; readonly sample: boolean; readonly body: string }

const readFront = (source: string): Front => {
  const [, front = '', body = source] = /^---\n([\s\S]*?)\n---\n([\s\S]*)$/.exec(source.replaceAll('\r\n', '\n')) ?? []
  const values = new Map(
    front.split('\n').map(line => {
      const [name = '', ...rest] = line.split(':')
      return [name.trim(), rest.join(':').trim()] as const
    }),
  )
  return { version: values.get('version') || undefined, sample: values.get('sample') === 'true', body: body.trim() }
}

const readText = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

const filled = (body: string, { name, operator, contact }: TextsNeeds): string =>
  body.replace(/\{(name|operator|contact)\}/g, (whole, key: string) => ({ name, operator, contact })[key] ?? whole)

/** One text, or the sentence of what is wrong with it; undefined when there is no such file. */
const loadText = (kind: TextKind, language: Language, needs: TextsNeeds): OperatorText | string | undefined => {
  const path = join(needs.texts, `${fileNames[kind]}.${language}.md`)
  const source = readText(path)
  if (source === undefined) return undefined
  const { version, sample, body } = readFront(source)
  if (version === undefined || version.length > 40)
    return `${path}: expected a front matter with « version: … » of at most 40 characters.`
  if (body === '') return `${path}: expected a text after the front matter.`
  if (sample && needs.production)
    return `${path}: is a sample; write your own text, without « sample: true », in the directory that GUICHET_TEXTS names.`
  const shown = filled(body, needs)
  return { version, hash: createHash('sha256').update(shown).digest('hex'), body: shown, language }
}

/** Reads every text in both languages. The French ones must exist; an English one that does not is shown in French. */
export const loadTexts = (needs: TextsNeeds): LoadedTexts => {
  const problems: string[] = []
  const pair = (kind: TextKind) => {
    const french = loadText(kind, 'fr', needs) ?? `${join(needs.texts, `${fileNames[kind]}.fr.md`)}: is missing.`
    const english = loadText(kind, 'en', needs) ?? french
    for (const text of new Set([french, english])) if (typeof text === 'string') problems.push(text)
    if (typeof french === 'string' || typeof english === 'string') return undefined
    if (kind === 'terms' && french.version !== english.version)
      problems.push(`${join(needs.texts, `${fileNames[kind]}.en.md`)}: expected the version of the French text.`)
    return { fr: french, en: english }
  }
  const [terms, privacy, legal, accessibility, help] = [
    pair('terms'),
    pair('privacy'),
    pair('legal'),
    pair('accessibility'),
    pair('help'),
  ]
  if (problems.length > 0 || !terms || !privacy || !legal || !accessibility || !help)
    return { kind: 'refused', problems }
  return { kind: 'loaded', texts: { terms, privacy, legal, accessibility, help } }
}
