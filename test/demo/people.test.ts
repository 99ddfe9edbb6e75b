import { describe, expect, it } from '@jest/globals'
import { announcement } from '../../src/demo/announce.ts'
import { numberToSignUpWith, readyMadePerson } from '../../src/demo/people.ts'
import { parseNir } from '../../src/identity/nir.ts'

const addresses = {
  issuer: 'http://localhost:3000',
  serviceUrl: 'http://localhost:3001',
  mailboxUrl: 'http://localhost:3002',
  franceConnectUrl: 'http://localhost:3003',
}

describe('the people of the demonstration', () => {
  it.each([readyMadePerson, numberToSignUpWith])('have a number that Guichet takes: $nir', ({ nir, nirKey }) => {
    expect(Number(nirKey)).toBe(97 - (Number(nir) % 97))
    expect(parseNir({ number: nir, key: nirKey })).toMatchObject({ ok: true })
  })

  it('have two numbers that cannot be those of a real person: births in a country that there is not', () => {
    expect(readyMadePerson.nir).not.toBe(numberToSignUpWith.nir)
    for (const { nir } of [readyMadePerson, numberToSignUpWith]) expect(nir).toMatch(/^\d{5}99999\d{3}$/)
  })

  it('have a password that follows the rules and holds nothing of theirs', () => {
    const { password, birthName, email, nir } = readyMadePerson
    expect(password).toMatch(/^(?=.*[a-z])(?=.*[A-Z])(?=.*\d).{8,}$/)
    for (const own of [birthName, email.split('@')[0] ?? '', nir])
      expect(password.toLowerCase()).not.toContain(own.toLowerCase())
  })
})

describe('what the terminal says', () => {
  it('gives every address and all that is needed to sign in and to sign up', () => {
    const text = announcement(addresses, false)
    const spoken = [
      ...Object.values(addresses),
      '2 85 05 99 999 001',
      readyMadePerson.password,
      '1 90 11 99 999 002',
      numberToSignUpWith.nirKey,
    ]
    for (const word of spoken) expect(text).toContain(word)
  })

  it('has colours for a terminal only', () => {
    expect(announcement(addresses, false)).not.toContain('\u001b')
    expect(announcement(addresses, true)).toContain('\u001b[')
  })
})
