import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { formatTelephone, parseTelephone } from '../../src/identity/telephone.ts'
import { anything, separators } from './arbitraries.ts'

const read = (typed: string) => {
  const parsed = parseTelephone(typed)
  return parsed.ok ? `${parsed.e164} ${parsed.kind}` : 'refused'
}

describe('a telephone', () => {
  it.each([
    ['01 42 34 56 78', '+33142345678 landline'],
    ['0972123456', '+33972123456 landline'],
    ['01 99 00 12 34', '+33199001234 landline'],
    ['06 12 34 56 78', '+33612345678 mobile'],
    ['07.62.12.34.56', '+33762123456 mobile'],
    ['+33 6 12 34 56 78', '+33612345678 mobile'],
    ['+33 (0)6 12 34 56 78', '+33612345678 mobile'],
    ['+33 06 12 34 56 78', '+33612345678 mobile'],
    ['0033 6 12 34 56 78', '+33612345678 mobile'],
    ['（０６）１２３４５６７８', '+33612345678 mobile'],
    ['\u202a06\u00a012\u201134\u201356\u200b78\u202c', '+33612345678 mobile'],
  ])('of mainland France is read: %s', (typed, expected) => expect(read(typed)).toBe(expected))

  it.each([
    ['0692 12 34 56', '+262692123456 mobile'],
    ['0262 20 12 34', '+262262201234 landline'],
    ['0639 69 12 34', '+262639691234 mobile'],
    ['0639 12 34 56', '+262639123456 mobile'],
    ['0269 60 12 34', '+262269601234 landline'],
    ['0590 12 34 56', '+590590123456 landline'],
    ['0690 00 12 34', '+590690001234 mobile'],
    ['0594 25 12 34', '+594594251234 landline'],
    ['0694 12 34 56', '+594694123456 mobile'],
    ['0596 50 12 34', '+596596501234 landline'],
    ['0696 12 34 56', '+596696123456 mobile'],
    ['0508 41 23 45', '+508412345'],
    ['+262 692 12 34 56', '+262692123456 mobile'],
    ['+590 590 20 12 34', '+590590201234 landline'],
    ['+262 0692 12 34 56', '+262692123456 mobile'],
    ['+33 692 12 34 56', '+262692123456 mobile'],
    ['+687 75 12 34', '+687751234 mobile'],
    ['+689 87 12 34 56', '+68987123456 mobile'],
  ])('overseas is read with 0 or with its code: %s', (typed, expected) => expect(read(typed)).toContain(expected))

  it.each([
    ['+32 470 12 34 56', '+32470123456 mobile'],
    ['0041 22 730 51 11', '+41227305111 landline'],
    ['+1 (202) 555-0123', '+12025550123 either'],
    ['+44 20 7946 0018', '+442079460018 landline'],
    ['+39 06 6982 1234', '+390669821234 landline'],
    ['+212 612 34 56 78', '+212612345678 mobile'],
  ])('abroad is read with + or 00: %s', (typed, expected) => expect(read(typed)).toBe(expected))

  it('is accepted when it is the example of our own error', () => {
    expect(read('06 39 98 12 34')).toBe('+33639981234 mobile')
  })

  it.each([
    '',
    '06',
    '061234567',
    '06123456789',
    '15',
    '3949',
    '0800 12 34 56',
    '0899123456',
    '+33 800 12 34 56',
    '0700123456',
    'zéro six',
    '06 12 34 56 78 poste 3',
    '06123456xx',
    '+1 800 555 0123',
    '+999 123456',
    '+33',
    '+590 612345678',
    '612345678',
    '0012345',
    'tel:0612345678',
  ])('is refused when nobody can be called there: %s', typed => expect(read(typed)).toBe('refused'))

  it('is the same however its digits are separated, and reads itself again', () => {
    const national = fc.tuple(
      fc.constantFrom('01', '02', '03', '04', '05', '06', '07', '09'),
      fc.stringMatching(/^\d{8}$/),
    )
    const between = fc.array(separators, { minLength: 10, maxLength: 10 })
    fc.assert(
      fc.property(national, between, ([prefix, rest], signs) => {
        const plain = prefix + rest
        const spread = [...plain].map((digit, index) => digit + (signs[index] ?? '')).join('')
        expect(parseTelephone(spread)).toEqual(parseTelephone(plain))
        const parsed = parseTelephone(plain)
        fc.pre(parsed.ok)
        expect(parsed.e164).toMatch(/^\+\d{8,15}$/)
        expect(parseTelephone(parsed.e164)).toEqual(parsed)
        expect(parseTelephone(formatTelephone(parsed.e164))).toEqual(parsed)
      }),
    )
  })

  it('is E.164 or refused, never an exception, whatever is typed', () => {
    const nearly = fc.string({
      unit: fc.constantFrom('+', '0', '1', '3', '6', '9', ' ', '(', ')', '\u200b'),
      maxLength: 24,
    })
    fc.assert(
      fc.property(fc.oneof(anything, nearly), typed => {
        const parsed = parseTelephone(typed)
        if (parsed.ok) expect(parsed.e164).toMatch(/^\+\d{5,15}$/)
        expect(typeof formatTelephone(typed)).toBe('string')
      }),
      { numRuns: 500 },
    )
  })

  it('is shown by pairs in France and with its code elsewhere', () => {
    expect(formatTelephone('+33639981234')).toBe('06 39 98 12 34')
    expect(formatTelephone('+590690001234')).toBe('+590 690 00 12 34')
    expect(formatTelephone('+32470123456')).toBe('+32 470 12 34 56')
    expect(formatTelephone('nothing')).toBe('nothing')
  })
})
