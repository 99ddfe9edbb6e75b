import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { parsePersonName } from '../../src/identity/person-name.ts'
import { anything, isClean } from './arbitraries.ts'

const nameOf = (typed: string) => {
  const parsed = parsePersonName(typed)
  return parsed.ok ? parsed.name : parsed.fault
}

describe('a name', () => {
  it.each([
    'Ng',
    'O',
    'Y',
    "d'Ormesson",
    'Le Goff',
    'Saint-Exupéry',
    'Müller',
    'Łukasiewicz',
    'Nguyễn',
    'Ðorđević',
    'Œuvrard',
    'Ÿ',
    'St. John',
    'Иванов',
    'محمد',
    '李',
    "'t Hooft",
    'ŻÓŁĆ',
  ])('is taken as it is: %s', name => {
    expect(nameOf(name)).toBe(name)
  })

  it('gets plain spaces, hyphens and apostrophes, and composed letters', () => {
    expect(nameOf('  de\u00a0La \t Tour ')).toBe('de La Tour')
    expect(nameOf('Jean\u2011Paul\u2013Luc')).toBe('Jean-Paul-Luc')
    expect(nameOf('d\u2019Ormesson O\u02bcNeil')).toBe("d'Ormesson O'Neil")
    expect(nameOf('Le\u0301ger')).toBe('Léger')
    expect(nameOf('Dup\u200bont\ufeff')).toBe('Dupont')
  })

  it('keeps an accent that has no composed letter', () => {
    expect(nameOf('M\u0308ok')).toBe('M\u0308ok')
  })

  it.each(['', '   ', '\u200b\u00a0', '\n'])('is missing when nothing visible was typed', typed => {
    expect(nameOf(typed)).toBe('empty')
  })

  it.each([
    'Dupont2',
    'Dupont, Jean',
    'a@b',
    '<b>Dupont</b>',
    'Dupont/Durand',
    '---',
    "'",
    '.',
    '\u0301',
    'Dupont 😀',
    'A\u0000_',
  ])('has no other sign: %j', typed => {
    expect(nameOf(typed)).toBe('signs')
  })

  it('has 100 characters at most, spaces around it apart', () => {
    expect(nameOf(`  ${'é'.repeat(100)}  `)).toBe('é'.repeat(100))
    expect(nameOf('a'.repeat(101))).toBe('long')
    expect(nameOf('𝒜'.repeat(100))).toBe('𝒜'.repeat(100))
  })

  it('is clean, in NFC and stable, or refused, whatever is typed', () => {
    const typed = fc.oneof(
      anything,
      fc.string({ unit: fc.constantFrom('é', 'e', '\u0301', '-', '’', ' ', '\u00a0', '.', '\u1ffd', '\u0345') }),
    )
    fc.assert(
      fc.property(typed, text => {
        const parsed = parsePersonName(text)
        if (!parsed.ok) return
        expect(isClean(parsed.name)).toBe(true)
        expect(parsed.name).toBe(parsed.name.normalize('NFC').trim())
        expect(parsePersonName(parsed.name)).toEqual(parsed)
      }),
      { numRuns: 500 },
    )
  })
})
