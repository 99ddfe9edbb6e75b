import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import {
  type PivotIdentity,
  parsePivotIdentity,
  pivotClaims,
  pivotDifferences,
  samePivotIdentity,
} from '../../src/identity/pivot-identity.ts'

/** As FranceConnect sends them. */
const CLAIMS = {
  given_name: 'Angela Claire Louise',
  given_name_array: ['Angela', 'Claire', 'Louise'],
  family_name: 'DUBOIS',
  birthdate: '1962-08-24',
  gender: 'female',
  birthplace: '75107',
  birthcountry: '99100',
  preferred_username: 'MARTIN',
}

const parsed = (claims: unknown): PivotIdentity => {
  const result = parsePivotIdentity(claims)
  if (!result.ok) throw new Error(result.fault)
  return result.identity
}
const faultOf = (changes: { readonly [claim: string]: unknown }) => {
  const result = parsePivotIdentity({ ...CLAIMS, ...changes })
  return result.ok ? undefined : result.fault
}

describe('the claims of a civil status', () => {
  it('are read as they were sent', () => {
    expect(parsed({ ...CLAIMS, sub: 'x', idp_birthdate: '1962-08-00' })).toEqual({
      familyName: 'DUBOIS',
      givenNames: ['Angela', 'Claire', 'Louise'],
      gender: 'female',
      birthdate: '1962-08-24',
      rawBirthdate: '1962-08-00',
      birthplace: '75107',
      birthcountry: '99100',
      usageName: 'MARTIN',
    })
  })

  it('have given names in an array, or in one text', () => {
    const { given_name_array: _, ...without } = CLAIMS
    expect(parsed(without).givenNames).toEqual(['Angela', 'Claire', 'Louise'])
    expect(parsed({ ...CLAIMS, given_name_array: [] }).givenNames).toEqual(['Angela', 'Claire', 'Louise'])
    expect(parsed({ ...CLAIMS, given_name_array: ['Jean Paul'] }).givenNames).toEqual(['Jean Paul'])
  })

  it('may lack a place, a country, a gender and the name in use', () => {
    const { given_name, family_name, birthdate } = CLAIMS
    expect(parsed({ given_name, family_name, birthdate })).toEqual({
      familyName: 'DUBOIS',
      givenNames: ['Angela', 'Claire', 'Louise'],
      gender: 'unspecified',
      birthdate: '1962-08-24',
      birthplace: '',
      birthcountry: '',
    })
    expect(parsed({ ...CLAIMS, gender: 'autre', preferred_username: '' })).toMatchObject({ gender: 'unspecified' })
  })

  it.each([
    ['family_name', [undefined, null, '', '  ', 12, 'A\u0000B', 'A'.repeat(201)]],
    ['birthdate', [undefined, '', '1962-08-00', '1962-13-01', '1762-08-24', '62-08-24', '1962-08-24T00', 19620824]],
    ['idp_birthdate', ['', '1962-13-00', '1962-08', null, 1962]],
    ['birthplace', ['7510', '751070', '2C004', '2a004', 75107, ['75107']]],
    ['birthcountry', ['100', '98100', '9910A', 99100]],
  ])('are refused by the name of the one that is badly formed: %s', (claim, values) => {
    for (const value of values) expect(faultOf({ [claim]: value })).toBe(claim)
  })

  it('are refused without a single given name, with one that is no name, or with too many', () => {
    for (const given_name_array of [['Angela', ''], ['Angela', 12], Array.from({ length: 21 }, () => 'Angela')])
      expect(faultOf({ given_name_array })).toBe('given_name')
    expect(faultOf({ given_name_array: undefined, given_name: ' ' })).toBe('given_name')
  })

  it('take the codes of Corsica, and nothing for a birth abroad', () => {
    expect(parsed({ ...CLAIMS, birthplace: '2A004' }).birthplace).toBe('2A004')
    expect(parsed({ ...CLAIMS, birthplace: '', birthcountry: '99109' })).toMatchObject({
      birthplace: '',
      birthcountry: '99109',
    })
  })

  it('never make it fail, whatever they are', () => {
    const wild = fc.dictionary(fc.constantFrom(...Object.keys(CLAIMS), 'idp_birthdate'), fc.anything())
    fc.assert(
      fc.property(fc.oneof(fc.anything(), wild), claims => {
        expect(typeof parsePivotIdentity(claims).ok).toBe('boolean')
      }),
    )
  })
})

const name = fc.stringMatching(/^[A-ZÉÈÇ][a-zéèç'-]{0,10}$/)
const two = (from: number, to: number) =>
  fc.integer({ min: from, max: to }).map(number => String(number).padStart(2, '0'))
const identities: fc.Arbitrary<PivotIdentity> = fc.record(
  {
    familyName: name,
    givenNames: fc.array(name, { minLength: 1, maxLength: 4 }),
    gender: fc.constantFrom('male', 'female', 'unspecified'),
    birthdate: fc.tuple(fc.integer({ min: 1900, max: 2026 }), two(1, 12), two(1, 28)).map(parts => parts.join('-')),
    birthplace: fc.constantFrom('', '75056', '2B033', '97411'),
    birthcountry: fc.constantFrom('', '99100', '99109'),
    usageName: name,
  },
  { requiredKeys: ['familyName', 'givenNames', 'gender', 'birthdate', 'birthplace', 'birthcountry'] },
)

describe('a civil status', () => {
  it('is the same again when the claims made of it are read', () => {
    fc.assert(
      fc.property(identities, identity => {
        expect(parsed(pivotClaims(identity))).toEqual(identity)
      }),
    )
  })

  it('is passed on without the date as the register has it', () => {
    expect(pivotClaims(parsed({ ...CLAIMS, idp_birthdate: '1962-08-00' }))).toEqual(CLAIMS)
  })

  it('is the same as another in both directions or in none, and as itself', () => {
    fc.assert(
      fc.property(identities, identities, (a, b) => {
        expect(samePivotIdentity(a, b)).toBe(samePivotIdentity(b, a))
        expect(pivotDifferences(a, b)).toEqual(pivotDifferences(b, a))
        expect(samePivotIdentity(a, { ...a })).toBe(true)
      }),
    )
  })

  it('is the same under another name in use, and another with any other part', () => {
    const identity = parsed(CLAIMS)
    expect(samePivotIdentity(identity, { ...identity, usageName: 'PETIT' })).toBe(true)
    const changes: readonly (readonly [string, Partial<PivotIdentity>])[] = [
      ['given_name', { givenNames: ['Angela'] }],
      ['family_name', { familyName: 'DURAND' }],
      ['birthdate', { birthdate: '1962-08-25' }],
      ['gender', { gender: 'male' }],
      ['birthplace', { birthplace: '75056' }],
      ['birthcountry', { birthcountry: '99109' }],
    ]
    for (const [claim, change] of changes) {
      expect(pivotDifferences(identity, { ...identity, ...change })).toEqual([claim])
      expect(samePivotIdentity(identity, { ...identity, ...change })).toBe(false)
    }
    expect(pivotDifferences(identity, { ...identity, usageName: 'PETIT' })).toEqual(['preferred_username'])
  })
})
