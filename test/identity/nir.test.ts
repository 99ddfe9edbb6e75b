import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { FICTITIOUS_NIRS, fictitiousNir } from '../../src/identity/fictitious-nir.ts'
import { completeNir, nirKeyOf, parseNir, parseNirForSignIn } from '../../src/identity/nir.ts'
import { anything, asPeopleType, wellFormedNumbers } from './arbitraries.ts'

/** The vectors of the facts: each was recomputed there. */
const VALID = [
  ['2550814168025', '38'],
  ['2940375120005', '91'],
  ['1531245007231', '60'],
  ['284052A321025', '52'],
  ['284052B321025', '79'],
  ['284202B321025', '28'],
  ['284992B321025', '31'],
  ['2840588321025', '32'],
  ['2951099126111', '93'],
  ['253072A073004', '43'],
  ['253072B073004', '70'],
  ['1780599330108', '17'],
  ['1850797112005', '01'],
  ['1550720056001', '93'],
  ['1550791056001', '19'],
  ['1620778646123', '53'],
  ['1853175056001', '44'],
  ['1850775056049', '97'],
] as const

const codesOf = (number: string, key = '') => {
  const parsed = parseNir({ number, key })
  return parsed.ok ? [] : parsed.faults.map(fault => (fault.code === 'part' ? fault.part : fault.code))
}
/** A number whose other parts are right. */
const numberWith = ({ sex = '1', year = '85', month = '07', place = '75056', order = '049' }) =>
  sex + year + month + place + order
const partOf = (number: string) => codesOf(number, '00')[0]

describe('a NIR and its key', () => {
  it.each(VALID)('are accepted together: vector %#', (number, key) => {
    expect(nirKeyOf(number)).toBe(key)
    expect(parseNir({ number, key })).toEqual({ ok: true, nir: { number, key } })
    expect(parseNirForSignIn(number)).toEqual({ ok: true, number })
    expect(parseNirForSignIn(number + key)).toEqual({ ok: true, number })
  })

  it('are refused when the key is the wrong one published elsewhere', () => {
    expect(codesOf('2840588321025', '30')).toEqual(['keyWrong'])
  })

  it('are refused when they are the specimen of sample cards, at sign-in too', () => {
    expect(nirKeyOf('2690549588157')).toBe('80')
    expect(codesOf('2 69 05 49 588 157', '80')).toEqual(['specimen'])
    expect(codesOf('269054958815780')).toEqual(['specimen'])
    expect(parseNirForSignIn('2690549588157')).toEqual({ ok: false, fault: { code: 'specimen' } })
  })

  it('keep the key of the formula, computed otherwise with big integers', () => {
    fc.assert(
      fc.property(wellFormedNumbers, number => {
        const n = BigInt(number.replace(/A/, '0').replace(/B/, '0'))
        const less = number.includes('A') ? 1_000_000n : number.includes('B') ? 2_000_000n : 0n
        expect(BigInt(nirKeyOf(number))).toBe(97n - ((n - less) % 97n))
      }),
    )
  })

  it('are the same value however they are typed, in one field or in two', () => {
    const typed = wellFormedNumbers.chain(number => {
      const key = nirKeyOf(number)
      return fc.record({
        nir: fc.constant({ number, key }),
        number: asPeopleType(number),
        key: asPeopleType(key),
        both: asPeopleType(number + key),
      })
    })
    fc.assert(
      fc.property(typed, ({ nir, number, key, both }) => {
        expect(parseNir({ number, key })).toEqual({ ok: true, nir })
        expect(parseNir({ number: both, key: '' })).toEqual({ ok: true, nir })
        expect(parseNir({ number: both, key })).toEqual({ ok: true, nir })
        expect(parseNirForSignIn(number)).toEqual({ ok: true, number: nir.number })
        expect(parseNirForSignIn(both)).toEqual({ ok: true, number: nir.number })
      }),
    )
  })

  it('catch every slip of one digit, in the number or in the key', () => {
    fc.assert(
      fc.property(wellFormedNumbers, fc.nat(14), fc.integer({ min: 1, max: 9 }), (number, position, shift) => {
        const all = number + nirKeyOf(number)
        const before = all.charAt(position)
        const after = /\d/.test(before) ? String((Number(before) + shift) % 10) : before === 'A' ? 'B' : 'A'
        const slipped = all.slice(0, position) + after + all.slice(position + 1)
        expect(parseNir({ number: slipped.slice(0, 13), key: slipped.slice(13) }).ok).toBe(false)
        expect(parseNirForSignIn(slipped).ok).toBe(false)
      }),
      { numRuns: 1000 },
    )
  })

  it('catch two neighbouring characters of the number typed in the wrong order', () => {
    fc.assert(
      fc.property(wellFormedNumbers, fc.nat(11), (number, position) => {
        const swapped =
          number.slice(0, position) + number.charAt(position + 1) + number.charAt(position) + number.slice(position + 2)
        fc.pre(swapped !== number)
        expect(parseNir({ number: swapped, key: nirKeyOf(number) }).ok).toBe(false)
      }),
    )
  })
})

describe('a refused NIR', () => {
  it('says that it is empty, with its key', () => {
    expect(codesOf(' \u200b ')).toEqual(['empty', 'keyEmpty'])
    expect(codesOf('', '38')).toEqual(['empty'])
    expect(parseNirForSignIn('.')).toEqual({ ok: false, fault: { code: 'empty' } })
  })

  it('counts what was typed, separators apart', () => {
    const parsed = parseNir({ number: '2 55 08 14 168 02', key: '38' })
    expect(parsed).toEqual({ ok: false, faults: [{ code: 'length', typed: 12 }] })
    expect(parseNirForSignIn('2 55 08 14 168 025 3')).toEqual({ ok: false, fault: { code: 'length', typed: 14 } })
    expect(codesOf('2550814168025381')).toEqual(['length'])
  })

  it('names a letter where none can be, before counting', () => {
    for (const number of [
      '255O814168025',
      '25508141680l5',
      '2550814168é',
      '2A50814168025',
      '284053A321025',
      '284052C321025',
    ]) {
      expect(codesOf(number, '38')).toEqual(['character'])
    }
    expect(codesOf('28405A321025', '52')).toEqual(['length'])
  })

  it('asks for a key that was left empty or is not two digits', () => {
    for (const key of ['', ' ', '3', '380', 'AB']) expect(codesOf('2550814168025', key)).toEqual(['keyEmpty'])
  })

  it('sees that 15 characters and another key contradict each other', () => {
    expect(codesOf('255081416802538', '39')).toEqual(['keyWrong'])
    expect(codesOf('255081416802539', '')).toEqual(['keyWrong'])
    expect(parseNirForSignIn('255081416802539')).toEqual({ ok: false, fault: { code: 'keyWrong' } })
  })

  it.each(['00', '98', '99'])('never goes with the key %s', key => {
    fc.assert(fc.property(wellFormedNumbers, number => expect(codesOf(number, key)).toEqual(['keyWrong'])))
  })

  it('names the sex when its digit does not exist, and accepts temporary ones', () => {
    for (const sex of ['0', '5', '6', '9']) expect(partOf(numberWith({ sex }))).toBe('sex')
    for (const sex of ['1', '2', '3', '4', '7', '8']) expect(partOf(numberWith({ sex }))).toBe('keyWrong')
  })

  it('names the month exactly for 00, 13 to 19 and 43 to 49', () => {
    const refused = Array.from({ length: 100 }, (_, month) => String(month).padStart(2, '0')).filter(
      month => partOf(numberWith({ month })) === 'month',
    )
    expect(refused).toEqual(['00', '13', '14', '15', '16', '17', '18', '19', '43', '44', '45', '46', '47', '48', '49'])
  })

  it('names the place for departments and countries that do not exist', () => {
    for (const place of ['00123', '75000', '97001', '97100', '97901', '98000', '99000', '2A000', '2B000']) {
      expect(partOf(numberWith({ place }))).toBe('place')
    }
  })

  it('accepts every department, old Corsica, North Africa, overseas, and towns that no list knows', () => {
    const departments = Array.from({ length: 96 }, (_, index) => String(index + 1).padStart(2, '0'))
    const overseas = [971, 972, 973, 974, 975, 976, 977, 978, 984, 986, 987, 988, 989].map(code => `${code}01`)
    const extensions = [
      '31655',
      '44309',
      '06488',
      '75201',
      '98123',
      '2A004',
      '2B033',
      '99109',
      '99139',
      '99350',
      '99352',
    ]
    for (const place of [...departments.map(code => `${code}001`), ...overseas, ...extensions]) {
      expect([place, partOf(numberWith({ place }))]).toEqual([place, 'keyWrong'])
    }
  })

  it('names the order when it is 000', () => {
    expect(partOf(numberWith({ order: '000' }))).toBe('order')
    expect(codesOf(numberWith({ order: '000' }))).toEqual(['order', 'keyEmpty'])
  })

  it('never repeats a piece of what was typed', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[0-9AB]{8,20}$/), fc.stringMatching(/^\d{0,3}$/), (number, key) => {
        const parsed = parseNir({ number, key })
        fc.pre(!parsed.ok)
        expect(JSON.stringify(parsed)).not.toMatch(/\d{3}/)
      }),
    )
  })

  it('is an answer, never an exception, whatever is typed', () => {
    fc.assert(
      fc.property(anything, anything, (number, key) => {
        const parsed = parseNir({ number, key })
        if (!parsed.ok) expect(parsed.faults.length).toBeGreaterThan(0)
        expect(parseNirForSignIn(number)).toHaveProperty('ok')
      }),
    )
  })
})

describe('a number made by a program', () => {
  it('gets its key', () => {
    expect(completeNir('1850775056049')).toEqual({ number: '1850775056049', key: '97' })
  })

  it('is refused without being repeated when it is not well formed', () => {
    expect(() => completeNir('1851375056049')).toThrow(new RangeError('Not a NIR: month'))
    expect(() => completeNir('185077505604')).toThrow(new RangeError('Not a NIR: length'))
  })

  it("is nobody's when it is fictitious, valid, and different for each index", () => {
    const indexes = fc.oneof(
      fc.nat(FICTITIOUS_NIRS - 1),
      fc.constantFrom(0, FICTITIOUS_NIRS / 2 - 1, FICTITIOUS_NIRS - 1),
    )
    fc.assert(
      fc.property(indexes, index => {
        const nir = fictitiousNir(index)
        expect(parseNir(nir)).toEqual({ ok: true, nir })
        expect(nir.number.slice(5, 10)).toBe('99999')
        const part = (from: number, to: number) => Number(nir.number.slice(from, to))
        const months = ((part(0, 1) - 1) * 100 + part(1, 3)) * 12 + part(3, 5) - 1
        expect(months * 999 + part(10, 13) - 1).toBe(index)
      }),
    )
    expect(() => fictitiousNir(FICTITIOUS_NIRS)).toThrow(RangeError)
  })
})
