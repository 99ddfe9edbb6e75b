import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { parseTelephones } from '../../src/identity/telephones.ts'
import { anything } from './arbitraries.ts'

const LANDLINE = '+33142345678'
const MOBILE = '+33639981234'
const ABROAD = '+12025550123'

describe('the two telephones of a form', () => {
  it('are kept when each is in its field', () => {
    expect(parseTelephones({ landline: '01 42 34 56 78', mobile: '06 39 98 12 34' })).toEqual({
      ok: true,
      telephones: { landline: LANDLINE, mobile: MOBILE },
    })
  })

  it('are enough when one is given', () => {
    expect(parseTelephones({ landline: LANDLINE, mobile: ' ' })).toEqual({
      ok: true,
      telephones: { landline: LANDLINE },
    })
    expect(parseTelephones({ landline: '', mobile: MOBILE })).toEqual({ ok: true, telephones: { mobile: MOBILE } })
  })

  it('need one of them only where they are required', () => {
    expect(parseTelephones({ landline: '', mobile: '\u200b' })).toEqual({
      ok: false,
      faults: [{ field: 'landline', code: 'none' }],
    })
    expect(parseTelephones({ landline: '', mobile: '' }, 'optional')).toEqual({ ok: true, telephones: {} })
  })

  it('move to their own field when it is empty, and say so', () => {
    expect(parseTelephones({ landline: MOBILE, mobile: '' })).toEqual({
      ok: true,
      telephones: { mobile: MOBILE },
      moved: 'mobile',
    })
    expect(parseTelephones({ landline: '', mobile: LANDLINE })).toEqual({
      ok: true,
      telephones: { landline: LANDLINE },
      moved: 'landline',
    })
  })

  it('are questioned when the other field is taken', () => {
    expect(parseTelephones({ landline: MOBILE, mobile: '06 12 34 56 78' })).toEqual({
      ok: false,
      faults: [{ field: 'landline', code: 'kind', kind: 'mobile' }],
    })
    expect(parseTelephones({ landline: MOBILE, mobile: LANDLINE })).toEqual({
      ok: false,
      faults: [
        { field: 'landline', code: 'kind', kind: 'mobile' },
        { field: 'mobile', code: 'kind', kind: 'landline' },
      ],
    })
  })

  it('are each named when they cannot be read', () => {
    expect(parseTelephones({ landline: '12', mobile: 'x' })).toEqual({
      ok: false,
      faults: [
        { field: 'landline', code: 'form' },
        { field: 'mobile', code: 'form' },
      ],
    })
    expect(parseTelephones({ landline: '12', mobile: MOBILE })).toEqual({
      ok: false,
      faults: [{ field: 'landline', code: 'form' }],
    })
  })

  it('count once when the same number is in both', () => {
    expect(parseTelephones({ landline: MOBILE, mobile: MOBILE })).toEqual({ ok: true, telephones: { mobile: MOBILE } })
    expect(parseTelephones({ landline: LANDLINE, mobile: LANDLINE })).toEqual({
      ok: true,
      telephones: { landline: LANDLINE },
    })
  })

  it('stay where they were typed when the number does not tell its kind', () => {
    expect(parseTelephones({ landline: ABROAD, mobile: '' })).toEqual({ ok: true, telephones: { landline: ABROAD } })
    expect(parseTelephones({ landline: '', mobile: ABROAD })).toEqual({ ok: true, telephones: { mobile: ABROAD } })
  })

  it('give one number at least or one fault at least, whatever is typed', () => {
    const typed = fc.oneof(anything, fc.constantFrom('', LANDLINE, MOBILE, ABROAD))
    fc.assert(
      fc.property(typed, typed, (landline, mobile) => {
        const parsed = parseTelephones({ landline, mobile })
        expect(parsed.ok ? Object.keys(parsed.telephones).length : parsed.faults.length).toBeGreaterThan(0)
      }),
    )
  })
})
