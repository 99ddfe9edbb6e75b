import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { slipsBetween, suggestEmail } from '../../src/identity/email-suggestion.ts'
import { anything } from './arbitraries.ts'

describe('a suggestion', () => {
  it.each([
    ['gmail.con', 'gmail.com'],
    ['gmial.com', 'gmail.com'],
    ['gmail.fr', 'gmail.com'],
    ['gmail.co', 'gmail.com'],
    ['gmai.com', 'gmail.com'],
    ['gamil.con', 'gmail.com'],
    ['gmailcom', 'gmail.com'],
    ['hotmial.fr', 'hotmail.fr'],
    ['hotmail.rf', 'hotmail.fr'],
    ['hormail.com', 'hotmail.com'],
    ['orange.f', 'orange.fr'],
    ['orage.fr', 'orange.fr'],
    ['orange.ft', 'orange.fr'],
    ['wanado.fr', 'wanadoo.fr'],
    ['wanadoo.f', 'wanadoo.fr'],
    ['laposte.ne', 'laposte.net'],
    ['laposte.fr', 'laposte.net'],
    ['yahou.fr', 'yahoo.fr'],
    ['yaho.fr', 'yahoo.fr'],
    ['outlok.fr', 'outlook.fr'],
    ['outloook.com', 'outlook.com'],
    ['icloud.con', 'icloud.com'],
    ['fre.fr', 'free.fr'],
    ['sfr.f', 'sfr.fr'],
    ['GMAIL.CON', 'gmail.com'],
    ['entreprise.con', 'entreprise.com'],
  ])('mends %s', (typed, meant) => expect(suggestEmail(`Camille.D@${typed}`)).toBe(`Camille.D@${meant}`))

  it.each([
    'gmail.com',
    'Gmail.com',
    'hotmail.fr',
    'hotmail.com',
    'hotmail.be',
    'live.be',
    'orange.fr',
    'wanadoo.fr',
    'laposte.net',
    'mail.com',
    'me.com',
    'gmx.de',
    'yahoo.co.uk',
    'ymail.com',
    'aol.fr',
    'proton.me',
    'interieur.gouv.fr',
    'exemple.fr',
    'bücher.example',
    'univ-lyon1.fr',
    'caissedesdepots.fr',
    'constructor',
    'exemple.constructor',
  ])('leaves %s alone', domain => expect(suggestEmail(`camille@${domain}`)).toBeUndefined())

  it.each(['', '@', 'camille', '@gmail.con', 'camille@', `camille@${'a'.repeat(5000)}.con`])(
    'has nothing to say of %.30s',
    typed => {
      expect(suggestEmail(typed)).toBeUndefined()
    },
  )

  it('keeps the local part, settles at once, and never throws', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          anything,
          fc.emailAddress(),
          anything.map(text => `a@${text}.con`),
        ),
        typed => {
          const suggestion = suggestEmail(typed)
          if (suggestion === undefined) return
          expect(suggestion).not.toBe(typed)
          expect(suggestEmail(suggestion)).toBeUndefined()
        },
      ),
      { numRuns: 500 },
    )
  })

  it('mends every slip of one key in the name of the great mailboxes', () => {
    const domain = fc.constantFrom('gmail.com', 'hotmail.fr', 'wanadoo.fr', 'laposte.net', 'outlook.com')
    fc.assert(
      fc.property(domain, fc.nat(4), fc.constantFrom('drop', 'double', 'swap'), (right, at, slip) => {
        const [first, second] = [right.charAt(at), right.charAt(at + 1)]
        const written = { drop: '', double: first + first, swap: second + first }[slip]
        const typed = right.slice(0, at) + written + right.slice(at + (slip === 'swap' ? 2 : 1))
        fc.pre(!['mail.com', 'gmail.com', 'wanadoo.fr', 'outlook.com'].includes(typed))
        expect(suggestEmail(`a@${typed}`)).toBe(`a@${right}`)
      }),
    )
  })

  it('measures slips as a distance: none to itself, the same both ways, one for each slip', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 8 })
    fc.assert(
      fc.property(word, word, (one, another) => {
        expect(slipsBetween(one, one)).toBe(0)
        expect(slipsBetween(one, another)).toBe(slipsBetween(another, one))
        expect(slipsBetween(one, another)).toBeGreaterThanOrEqual(Math.abs(one.length - another.length))
        expect(slipsBetween(one, another)).toBeLessThanOrEqual(Math.max(one.length, another.length))
      }),
    )
    expect([slipsBetween('gmial', 'gmail'), slipsBetween('gmal', 'gmail'), slipsBetween('gnail', 'gmail')]).toEqual([
      1, 1, 1,
    ])
  })
})
