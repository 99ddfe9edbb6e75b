import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { makeFormTokens } from '../../src/protection/form-tokens.ts'
import { aVault } from '../builders/keys.ts'
import { later, noon } from '../builders/records.ts'

const tokens = (now = noon) => makeFormTokens({ vault: aVault(), clock: () => now })
const day = 24 * 3600

describe('a form token', () => {
  it('is good for its browser and form, for a day; then it is expired, not wrong', () => {
    const token = tokens().issue('browser', 'signUp')
    expect(tokens(later(day)).verify('browser', 'signUp', token)).toBe('ok')
    expect(tokens(later(day + 1)).verify('browser', 'signUp', token)).toBe('expired')
    expect(tokens(later(300 * day)).verify('browser', 'signUp', token)).toBe('expired')
  })

  it('is wrong in another browser, on another form, and when it is not ours', () => {
    const token = tokens().issue('browser', 'signUp')
    expect(tokens().verify('another', 'signUp', token)).toBe('wrong')
    expect(tokens().verify('browser', 'signIn', token)).toBe('wrong')
    const [issued, mac] = token.split('.')
    const other = makeFormTokens({ vault: aVault(), clock: () => later(1) })
      .issue('browser', 'signUp')
      .split('.')[0]
    for (const each of [undefined, '', 1, ['a'], {}, token.slice(1), `${token}A`, `${other}.${mac}`, `${issued}.`])
      expect(tokens().verify('browser', 'signUp', each)).toBe('wrong')
  })

  it('never reads the same for two pairs of browser and form', () => {
    expect(tokens().verify('a', 'b","c', tokens().issue('a","b', 'c'))).toBe('wrong')
  })

  it('is wrong when it comes from the future', () => {
    expect(tokens().verify('browser', 'signUp', tokens(later(61)).issue('browser', 'signUp'))).toBe('wrong')
    expect(tokens().verify('browser', 'signUp', tokens(later(59)).issue('browser', 'signUp'))).toBe('ok')
  })

  it('is good for any browser and form that it was made for, and wrong with anything changed, put in or added', () => {
    const text = fc.string({ maxLength: 40 })
    fc.assert(
      fc.property(text, text, fc.nat(), fc.string({ minLength: 1, maxLength: 3 }), (browser, form, place, put) => {
        const token = tokens().issue(browser, form)
        expect(tokens().verify(browser, form, token)).toBe('ok')
        const at = place % (token.length + 1)
        for (const other of [
          token.slice(0, at) + put + token.slice(at),
          token.slice(0, at) + put + token.slice(at + put.length),
          token.slice(0, at),
        ]) {
          if (other !== token) expect(tokens().verify(browser, form, other)).toBe('wrong')
        }
      }),
    )
  })

  it('is wrong when it is anything else, of any type and length', () => {
    fc.assert(
      fc.property(fc.anything(), fc.string({ maxLength: 5000 }), (value, text) => {
        expect(tokens().verify('browser', 'signUp', value)).toBe('wrong')
        expect(tokens().verify('browser', 'signUp', `${text}.${'A'.repeat(43)}`)).toBe('wrong')
      }),
    )
  })
})
