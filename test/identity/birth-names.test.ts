import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { compareBirthNames } from '../../src/identity/birth-names.ts'
import { anything } from './arbitraries.ts'

describe('two birth names', () => {
  it.each([
    ['DUBOIS', 'Dubois'],
    ['LEFÈVRE', 'Lefevre'],
    ['Lefe\u0300vre', 'LEFÈVRE'],
    ['LE GOFF', 'Legoff'],
    ["D'ALMEIDA", 'D’Almeida'],
    ['DUPONT-MARTIN', 'Dupont Martin'],
    ['CŒUR', 'Coeur'],
    ['NÆVIUS', 'Naevius'],
    ['GARÇON', 'garcon'],
    ['  MARTIN ', 'Martin'],
  ])('are the same, however each is written: %j, %j', (a, b) => {
    expect(compareBirthNames(a, b)).toBe('agrees')
  })

  it.each([
    ['DUPONT-MARTIN', 'MARTIN'],
    ['MARTIN DUPONT', 'DUPONT MARTIN'],
    ['DE LA TOUR', 'TOUR'],
    ['', 'MARTIN'],
    ['-', 'MARTIN'],
    ['', ''],
  ])('may be one person’s where one is a part of the other, or says nothing: %j, %j', (a, b) => {
    expect(compareBirthNames(a, b)).toBe('unknown')
  })

  it.each([
    ['DUBOIS', 'MARTIN'],
    ['DE LA TOUR', 'DE LA VIGNE'],
    ['LE GOFF', 'LE BRAS'],
    ['MARTIN', 'MARTINEZ'],
  ])('differ without a word in common that tells anything: %j, %j', (a, b) => {
    expect(compareBirthNames(a, b)).toBe('differs')
  })

  it('are compared alike in both directions, whatever they are', () => {
    fc.assert(fc.property(anything, anything, (a, b) => compareBirthNames(a, b) === compareBirthNames(b, a)))
  })

  it('never differ from themselves, in either case, with or without accents', () => {
    const letters = fc.stringMatching(/^[A-ZÀÉÈÇÎÔÛ]{1,12}(?:[ '-][A-ZÀÉÈÇÎÔÛ]{1,12})?$/)
    fc.assert(
      fc.property(letters, name => {
        expect(compareBirthNames(name, name.toLowerCase())).toBe('agrees')
        expect(compareBirthNames(name, name.normalize('NFD').replace(/\p{M}/gu, ''))).toBe('agrees')
      }),
    )
    fc.assert(fc.property(anything, name => compareBirthNames(name, name) !== 'differs'))
  })
})
