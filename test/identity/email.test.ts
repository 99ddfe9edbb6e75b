import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { normaliseEmail, parseEmail } from '../../src/identity/email.ts'
import { anything, isClean } from './arbitraries.ts'

const read = (typed: string) => {
  const parsed = parseEmail(typed)
  return parsed.ok ? parsed.email : parsed.fault
}

describe('an e-mail address', () => {
  it.each([
    'camille@exemple.fr',
    'Camille.Durand+impots@Sous.Exemple.FR',
    "o'neil_{x}@exemple.com",
    'camille@bücher.example',
    'camille@xn--bcher-kva.example',
    'a@b.co',
    `${'a'.repeat(64)}@exemple.fr`,
    'camille@exemple.xn--p1ai',
    'camille@пример.рф',
  ])('is kept as typed: %s', typed => expect(read(typed)).toBe(typed))

  it('loses what stands around it and what nobody sees', () => {
    expect(read(' \u00a0camille@exemple.fr\t\n')).toBe('camille@exemple.fr')
    expect(read('cam\u200bille@exemple.fr\ufeff')).toBe('camille@exemple.fr')
  })

  it('is missing when nothing visible was typed', () => {
    expect([read(''), read(' \u200b')]).toEqual(['empty', 'empty'])
  })

  it.each([
    'camille',
    'camille@',
    '@exemple.fr',
    'camille@exemple',
    'camille@@exemple.fr',
    'camille@exemple..fr',
    'camille@.exemple.fr',
    'camille@exemple.fr.',
    '.camille@exemple.fr',
    'camille.@exemple.fr',
    'ca..mille@exemple.fr',
    'camille durand@exemple.fr',
    'camille@exem ple.fr',
    'camille@exemple.f',
    'camille@-exemple.fr',
    'camille@exemple-.fr',
    'camille@[127.0.0.1]',
    'camille@127.0.0.1',
    '"camille"@exemple.fr',
    'camille@exemple.fr, autre@exemple.fr',
    'Camille <camille@exemple.fr>',
    'camille@exemple.fr\r\nBcc: autre@exemple.fr',
    'camille@exemple.fr\u2028x@y.fr',
    'camillé@exemple.fr',
    'camille@ex_emple.fr',
    'camille@exemple.fr%0abcc',
    `${'a'.repeat(65)}@exemple.fr`,
    `a@${'b'.repeat(64)}.fr`,
    `a@${'bcd.'.repeat(63)}fr`,
  ])('has a local part, an @ and a domain: %j', typed => expect(read(typed)).toBe('form'))

  it('has 254 characters at most', () => {
    const domain = (length: number) => `${'a.'.repeat(20)}${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(length)}.fr`
    const longest = `${'x'.repeat(64)}@${domain(18)}`
    expect(longest).toHaveLength(254)
    expect(read(longest)).toBe(longest)
    expect(read(`${'x'.repeat(64)}@${domain(19)}`)).toBe('form')
  })

  it('is clean and on one line, or refused, whatever is typed', () => {
    const nearly = fc.tuple(anything, anything).map(([local, domain]) => `a${local}@b${domain}.fr`)
    fc.assert(
      fc.property(fc.oneof(anything, nearly, fc.emailAddress()), typed => {
        const parsed = parseEmail(typed)
        if (!parsed.ok) return
        expect(isClean(parsed.email)).toBe(true)
        expect(parsed.email).not.toMatch(/[\s<>",;:\\()[\]]/)
        expect(parseEmail(parsed.email)).toEqual(parsed)
      }),
      { numRuns: 500 },
    )
  })

  it('is accepted when it is an ordinary one', () => {
    const ordinary = fc.tuple(
      fc.stringMatching(/^[a-z]{1,20}([._-][a-z0-9]{1,20})?$/),
      fc.stringMatching(/^[a-z]{1,30}\.(fr|com|net|museum)$/),
    )
    fc.assert(fc.property(ordinary, ([local, domain]) => expect(read(`${local}@${domain}`)).toBe(`${local}@${domain}`)))
  })
})

describe('the writing of an address for look-ups', () => {
  it('is one for all ways of typing it', () => {
    const same = [
      'camille@bücher.example',
      'Camille@BÜCHER.example',
      ' camille@bu\u0308cher.Example',
      'camille@xn--bcher-kva.example',
    ]
    expect(new Set(same.map(normaliseEmail))).toEqual(new Set(['camille@xn--bcher-kva.example']))
  })

  it('tells different mailboxes apart: dots and plus signs are part of them', () => {
    expect(new Set(['a.b@exemple.fr', 'ab@exemple.fr', 'ab+c@exemple.fr'].map(normaliseEmail)).size).toBe(3)
  })

  it('does not change when taken twice, and forgets the case', () => {
    fc.assert(
      fc.property(fc.oneof(anything, fc.emailAddress()), email => {
        expect(normaliseEmail(normaliseEmail(email))).toBe(normaliseEmail(email))
      }),
    )
    fc.assert(
      fc.property(fc.emailAddress(), email => expect(normaliseEmail(email.toUpperCase())).toBe(normaliseEmail(email))),
    )
  })
})
