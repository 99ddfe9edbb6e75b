import { describe, expect, it } from '@jest/globals'
import type { LetterKind, LetterModels, Message } from '../../src/mail/letters.ts'
import { makeMessages } from '../../src/mail/messages.ts'
import { makeTexts } from '../../src/web/views/texts.ts'

const NO_BREAK = /\u00a0/g
const site = { name: 'Guichet', operator: 'Mairie de Démo <b>', contact: 'aide@guichet.example' }
const { compose } = makeMessages({ site, texts: makeTexts() })
const link = 'https://guichet.example/activation/abc?x=1&y=2'
const at = new Date('2026-03-01T13:32:00Z')

const letters: { readonly [Kind in LetterKind]: LetterModels[Kind] } = {
  activation: { link, lifetimeSeconds: 86_400 },
  accountExists: { signInLink: link, recoveryLink: `${link}&r` },
  holderWarned: { at, signInLink: link },
  recovery: { link, lifetimeSeconds: 3600 },
  recoveryNoPassword: { signInLink: link },
  passwordChanged: { at },
  newDevice: { at },
  identityLinked: { at, label: 'FranceConnect', undoLink: link, lifetimeSeconds: 7 * 86_400 },
  identityUnlinked: {
    at,
    label: 'FranceConnect',
    means: [{ kind: 'password' }, { kind: 'upstream', label: 'Région' }],
  },
  case: { reference: '7K2M-Q4TD-9RWX', party: 'holder', at, signInLink: link, news: 'opened' },
  emailChanging: { at },
  moveIdentity: { link, lifetimeSeconds: 3600 },
  confirmEmail: { link, lifetimeSeconds: 86_400 },
}
const kinds = Object.keys(letters) as LetterKind[]
const languages = ['fr', 'en'] as const
const cases = kinds.flatMap(kind => languages.map(language => [kind, language] as const))
const plain = (text: string) => text.replace(NO_BREAK, ' ')
const write = (kind: LetterKind, language: 'fr' | 'en'): Message => compose(kind, language, letters[kind] as never)

/** What a mail client shows of the HTML. */
const readHtml = (html: string): string[] =>
  [...html.matchAll(/<p [^>]*>(.*?)<\/p>/gs)]
    .map(([, inner]) => (inner ?? '').replace(/<[^>]+>/g, ''))
    .map(text =>
      text
        .replaceAll('&#39;', "'")
        .replaceAll('&lt;', '<')
        .replaceAll('&gt;', '>')
        .replaceAll('&amp;', '&')
        .replaceAll('&quot;', '"'),
    )

describe('mails', () => {
  it.each(cases)('%s in %s says the same as text and as HTML', (kind, language) => {
    const { text, html } = write(kind, language)
    const lines = text.split('\n').filter(line => line !== '' && line !== '--')
    expect(readHtml(html).sort()).toEqual(lines.sort())
    expect(html).toContain(`<html lang="${language}">`)
  })

  it.each(cases)('%s in %s ends with the contact, the operator and the rights', (kind, language) => {
    const { text } = write(kind, language)
    expect(text.slice(text.indexOf('--'))).toMatch(/aide@guichet\.example[\s\S]*Mairie de Démo <b>/)
  })

  it.each(cases)('%s in %s loads nothing and follows nobody', (kind, language) => {
    const { html } = write(kind, language)
    expect(html).not.toMatch(/<img|<link|<script|url\(|src=/)
    expect(html).not.toContain('<b>')
  })

  it('puts the link alone on its line, in full, right after the first sentence', () => {
    const { text, html } = write('activation', 'fr')
    const lines = text.split('\n')
    expect(plain(lines[0] ?? '')).toBe('Pour activer votre compte, ouvrez cette page dans les 24 heures :')
    expect(lines.find(line => line !== '' && line !== lines[0])).toBe(link)
    expect(html).toContain('href="https://guichet.example/activation/abc?x=1&amp;y=2"')
  })

  it('says that the acceptance of the terms is taken into account, in the words asked for', () => {
    expect(write('activation', 'fr').text).toContain(
      "Nous avons bien pris en compte votre validation des conditions générales d'utilisation de Guichet.",
    )
  })

  it('tells the day and the hour in Paris', () => {
    expect(plain(write('newDevice', 'fr').text)).toContain(
      'Votre compte a été ouvert le 1er mars 2026 à 14 h 32 depuis un appareil que nous ne connaissions pas.',
    )
    expect(plain(write('newDevice', 'en').text)).toContain('on 1 March 2026 at 14:32')
  })

  it('says how long the recovery link lives, an hour or more', () => {
    expect(plain(write('recovery', 'fr').text)).toContain("ouvrez cette page dans l'heure :")
    const longer = compose('recovery', 'fr', { link, lifetimeSeconds: 7200 })
    expect(plain(longer.text)).toContain('ouvrez cette page dans les 2 heures :')
  })

  it('has a subject of its own for each, on one line', () => {
    for (const language of languages) {
      const subjects = kinds.filter(kind => kind !== 'recoveryNoPassword').map(kind => write(kind, language).subject)
      expect(new Set(subjects).size).toBe(subjects.length)
      expect(subjects.join('')).not.toContain('\n')
    }
  })
})
