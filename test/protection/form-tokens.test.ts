import { describe, expect, it } from '@jest/globals'
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
})
