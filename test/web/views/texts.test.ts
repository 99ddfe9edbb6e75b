import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { makeMessages } from '../../../src/mail/messages.ts'
import { makeAssets } from '../../../src/web/views/assets.ts'
import { makeViews } from '../../../src/web/views/engine.ts'
import type { FaultKey } from '../../../src/web/views/models.ts'
import { frenchSpaces, makeTexts, type TextKey, type Texts } from '../../../src/web/views/texts.ts'
import { commonOf, faultSample, samples, site } from './samples.ts'

const ROOT = new URL('../../../', import.meta.url)
const read = (language: string): Record<string, string> =>
  JSON.parse(readFileSync(new URL(`views/locales/${language}.json`, ROOT), 'utf8'))
const fr = read('fr')
const en = read('en')
const keys = Object.keys(fr) as TextKey[]
const texts = makeTexts()
const placeholders = (text = ''): string[] =>
  [...new Set([...text.matchAll(/\{(\w+)/g)].map(([, name]) => name ?? ''))].sort()

/** In the seed's own words, which are kept to the letter. */
const SEED_WORDS = ['mail.automatic', 'signUp.diploma.hint']

describe('the locales', () => {
  it('say the same things in both languages, in the same order', () => {
    expect(Object.keys(en)).toEqual(Object.keys(fr))
  })

  it.each(keys)('%s is filled in with the same values in both languages', key => {
    expect(placeholders(en[key])).toEqual(placeholders(fr[key]))
    expect(fr[key]?.trim()).not.toBe('')
    expect(en[key]?.trim()).not.toBe('')
  })

  it('keep to the voice: nothing that blames, commands or exclaims', () => {
    const french =
      /invalide|erron|incorrect|interdit|échec|\boups|!|veuillez|merci de|\bvalider\b|\bOK\b|cliquez ici|connecté\b/i
    const english = /invalid|wrong|incorrect|forbidden|\boops|!|please|fail(ed|ure)|click here/i
    const blamed = keys.filter(key => !SEED_WORDS.includes(key))
    expect(blamed.filter(key => french.test(fr[key] ?? ''))).toEqual([])
    expect(blamed.filter(key => key !== 'error.fault.title' && english.test(en[key] ?? ''))).toEqual([])
  })

  it('write sentences of fifteen words or so', () => {
    const longest = (text: string) => Math.max(...text.split(/[.;:?]\s/).map(sentence => sentence.split(/\s+/).length))
    const long = keys.filter(key => longest(fr[key] ?? '') > 26)
    expect(long).toEqual(
      ['notice.movedToMobile', 'notice.movedToLandline'].filter(key => long.includes(key as TextKey)),
    )
  })

  it('are shown whole: every text has its place in a page or a mail', () => {
    const used = new Set<string>()
    const recording: Texts = {
      ...texts,
      t(language, key, params) {
        used.add(key)
        return texts.t(language, key, params)
      },
      html(language, key, params) {
        used.add(key)
        return texts.html(language, key, params)
      },
    }
    const views = makeViews({ site, assets: makeAssets(), texts: recording })
    const faults = keys.filter((key): key is FaultKey => key.startsWith('fault.'))
    for (const language of ['fr', 'en'] as const)
      for (const { page, model, common } of [...samples, ...faults.map(faultSample)])
        views.render(page, model as never, commonOf(language, common))
    for (const accessibility of ['non', 'totalement'] as const)
      makeViews({ site: { ...site, accessibility }, assets: makeAssets(), texts: recording }).render(
        'home',
        { signUpHref: '/inscription', signInHref: '/connexion' },
        commonOf('fr'),
      )
    const mails = makeMessages({ site, texts: recording })
    const at = new Date()
    const link = 'https://guichet.example/l'
    for (const seconds of [3600, 7200]) mails.compose('recovery', 'fr', { link, lifetimeSeconds: seconds })
    mails.compose('activation', 'fr', { link, lifetimeSeconds: 86_400 })
    mails.compose('accountExists', 'fr', { signInLink: link, recoveryLink: link })
    mails.compose('holderWarned', 'fr', { at, signInLink: link })
    mails.compose('recoveryNoPassword', 'fr', { signInLink: link })
    mails.compose('passwordChanged', 'fr', { at })
    mails.compose('newDevice', 'fr', { at })
    mails.compose('identityLinked', 'fr', { at, label: 'FranceConnect', undoLink: link, lifetimeSeconds: 604_800 })
    mails.compose('identityUnlinked', 'fr', { at, label: 'FranceConnect', means: [{ kind: 'password' }] })
    mails.compose('moveIdentity', 'fr', { link, lifetimeSeconds: 3600 })
    mails.compose('emailChanging', 'fr', { at })
    const told = { reference: '7K2M-Q4TD-9RWX', at, signInLink: link }
    for (const party of ['claimant', 'holder'] as const) {
      for (const news of ['opened', 'reopened'] as const) mails.compose('case', 'fr', { ...told, party, news })
      for (const news of ['decided', 'closed'] as const)
        mails.compose('case', 'fr', { ...told, party, news, effect: 'keep' })
    }
    mails.compose('confirmEmail', 'fr', { link, lifetimeSeconds: 86_400 })

    const ownUse = /^duration\./
    expect(keys.filter(key => !used.has(key) && !ownUse.test(key))).toEqual([])
  })

  it('hold no fault that nothing in the sources can find', () => {
    const sources = readdirSync(new URL('src/', ROOT), { recursive: true, encoding: 'utf8' })
      .filter(name => name.endsWith('.ts') && !name.startsWith('web/views/'))
      .map(name => readFileSync(new URL(`src/${name}`, ROOT), 'utf8'))
      .join('\n')
    const prefixes = [...sources.matchAll(/`(fault\.[\w.]+\.)\$\{/g)].map(([, prefix]) => prefix ?? '')
    const unused = keys
      .filter(key => key.startsWith('fault.'))
      .filter(key => !sources.includes(`'${key}'`) && !prefixes.some(prefix => key.startsWith(prefix)))
    expect(unused).toEqual([])
  })
})

describe('texts', () => {
  it('refuse a missing key or value rather than show a hole', () => {
    expect(() => texts.t('fr', 'no.such.key' as TextKey)).toThrow('no.such.key')
    expect(() => texts.t('fr', 'layout.return')).toThrow('service')
  })

  it('count as each language does', () => {
    expect(texts.t('fr', 'form.summary', { n: 1 })).toContain('1\u00a0point à')
    expect(texts.t('fr', 'form.summary', { n: 2 })).toContain('2\u00a0points à')
    expect(texts.t('en', 'password.rule.count', { n: 0 })).toBe('0 of 4 rules met')
  })

  it('make elements of their own marks only: values stay values', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), typed => {
        const html = texts.html('fr', 'layout.towards', { service: `${typed}**<b>[x]({y})` })
        const inside = html.replace(/^.*?<strong>/, '').replace('</strong>', '')
        expect(inside).not.toMatch(/[<>"']/)
        expect(html.match(/<strong>/g)).toHaveLength(1)
      }),
    )
  })

  it('lead nowhere but to addresses of the web, mail or this site', () => {
    expect(texts.html('fr', 'signUp.already', { signInHref: '/connexion?a=1&b=2' })).toContain(
      'href="/connexion?a=1&amp;b=2"',
    )
    expect(() => texts.html('fr', 'signUp.already', { signInHref: 'javascript:alert(1)' })).toThrow('signInHref')
    expect(() => texts.html('fr', 'signUp.already', { signInHref: '//elsewhere.example' })).toThrow('signInHref')
  })

  it('say durations, hours and days in words, in Paris', () => {
    const plain = (text: string) => text.replaceAll('\u00a0', ' ')
    const say = (seconds: number) => plain(texts.duration('fr', seconds))
    expect([0, 1, 30, 60, 61, 170, 3600, 5400, 86_400].map(say)).toEqual([
      '1 seconde',
      '1 seconde',
      '30 secondes',
      '1 minute',
      '2 minutes',
      '3 minutes',
      '1 heure',
      '1 heure 30 minutes',
      '24 heures',
    ])
    const summer = new Date('2026-07-01T12:32:00Z')
    expect([plain(texts.hour('fr', summer)), texts.hour('en', summer)]).toEqual(['14 h 32', '14:32'])
    expect([plain(texts.date('fr', summer)), plain(texts.date('en', summer))]).toEqual([
      '1er juillet 2026',
      '1 July 2026',
    ])
  })

  it('keep French signs with their words', () => {
    expect(frenchSpaces('« Oui » : 3 heures ; quoi ?')).toBe(
      '«\u00a0Oui\u00a0»\u00a0: 3\u00a0heures\u00a0; quoi\u00a0?',
    )
    expect(frenchSpaces('https://exemple.fr')).toBe('https://exemple.fr')
  })
})
