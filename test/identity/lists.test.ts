import { describe, expect, it } from '@jest/globals'
import { COUNTRIES, countriesIn, countryName } from '../../src/identity/countries.ts'
import { DIPLOMAS, parseDiploma } from '../../src/identity/diploma.ts'
import { STREET_TYPES } from '../../src/identity/street-types.ts'

describe('the list of countries', () => {
  it('has a name for each, once, in both languages and in their order', () => {
    for (const language of ['fr', 'en'] as const) {
      const list = countriesIn(language)
      expect(new Set(list.map(country => country.label)).size).toBe(COUNTRIES.length)
      expect(list.filter(({ code, label }) => label === code)).toEqual([])
      const collator = new Intl.Collator(language)
      expect(
        list.every(
          (country, index) => index === 0 || collator.compare(list[index - 1]?.label ?? '', country.label) < 0,
        ),
      ).toBe(true)
      expect(list.filter(({ label }) => label.length > 50)).toEqual([])
    }
    expect(countryName('DE', 'fr')).toBe('Allemagne')
    expect(countryName('DE', 'en')).toBe('Germany')
    expect(countryName('CI', 'fr')).toBe("Côte d'Ivoire")
  })

  it('holds every country of ISO 3166-1 but France and its territories with French postcodes', () => {
    const notCountries = new Set(
      'AC AN BU CP CQ CS DD DG DY EA EU EZ FX HV IC NH NT QO RH SU TA TP UK UN VD XA XB YD YU ZR ZZ'.split(' '),
    )
    const french = new Set('FR GP MQ GF RE YT PM BL MF WF PF NC TF'.split(' '))
    const named = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' })
    const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ']
    const expected = letters
      .flatMap(first => letters.map(second => first + second))
      .filter(code => named.of(code) !== undefined && !notCountries.has(code) && !french.has(code))
    expect([...COUNTRIES].sort()).toEqual(expected)
  })
})

describe('the list of diplomas', () => {
  it('begins with « Non renseigné », the answer by default, and knows only its own codes', () => {
    expect(DIPLOMAS[0]).toEqual({ code: 'NONE', label: { fr: 'Non renseigné', en: 'Not given' } })
    expect(parseDiploma('')).toBe('NONE')
    for (const { code } of DIPLOMAS) expect(parseDiploma(code)).toBe(code)
    expect(parseDiploma('toString')).toBeUndefined()
  })

  it('says each answer differently in each language', () => {
    for (const language of ['fr', 'en'] as const)
      expect(new Set(DIPLOMAS.map(({ label }) => label[language])).size).toBe(DIPLOMAS.length)
  })
})

describe('the list of street types', () => {
  it('has one code and one label each, in alphabetical order', () => {
    const labels = STREET_TYPES.map(type => type.label)
    expect(new Set(STREET_TYPES.map(type => type.code)).size).toBe(STREET_TYPES.length)
    expect(new Set(labels).size).toBe(STREET_TYPES.length)
    expect(labels).toEqual([...labels].sort(new Intl.Collator('fr', { ignorePunctuation: true }).compare))
    expect(STREET_TYPES.filter(({ code, label }) => code.length > label.length)).toEqual([])
  })
})
