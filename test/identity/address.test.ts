import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { REPETITION_INDEXES } from '../../src/identity/address.ts'
import { type AddressFault, parseAddress, type TypedAddress } from '../../src/identity/address-form.ts'
import { addressClaim, formatAddressLines } from '../../src/identity/address-lines.ts'
import { STREET_TYPES } from '../../src/identity/street-types.ts'
import { anything, isClean } from './arbitraries.ts'

const inParis = { abroad: false, streetName: 'des Lilas', postalCode: '75019', city: 'Paris' }
const abroad = { abroad: true, addressLine1: 'Rue Neuve 1', addressLine2: '1000 Bruxelles', country: 'BE' }

const addressOf = (typed: TypedAddress) => {
  const parsed = parseAddress(typed)
  if (!parsed.ok || !parsed.address) throw new Error('an address was expected')
  return parsed.address
}
const linesOf = (typed: TypedAddress) => formatAddressLines(addressOf(typed))
const faultsOf = (typed: TypedAddress): readonly AddressFault[] => {
  const parsed = parseAddress(typed)
  return parsed.ok ? [] : parsed.faults
}

describe('a French address', () => {
  it('is written on the lines of the post', () => {
    const typed = {
      ...inParis,
      houseNumber: '12',
      repetitionIndex: 'bis',
      streetType: 'RUE',
      addressComplement: 'Bâtiment B',
      locality: 'Le Bourg',
    }
    expect(linesOf(typed)).toEqual(['Bâtiment B', '12 bis rue des Lilas', 'Le Bourg', '75019 Paris'])
    expect(addressClaim(addressOf(typed))).toEqual({
      formatted: 'Bâtiment B\n12 bis rue des Lilas\nLe Bourg\n75019 Paris',
      street_address: 'Bâtiment B\n12 bis rue des Lilas\nLe Bourg',
      postal_code: '75019',
      locality: 'Paris',
      country: 'France',
    })
  })

  it('needs a street or a « lieu-dit », and no more', () => {
    expect(linesOf({ ...inParis, streetName: '', locality: 'Le Bourg' })).toEqual(['Le Bourg', '75019 Paris'])
    expect(linesOf({ ...inParis, streetName: '', houseNumber: '12', locality: 'Le Bourg' })).toEqual([
      '12 Le Bourg',
      '75019 Paris',
    ])
    expect(faultsOf({ ...inParis, streetName: '' })).toEqual([{ field: 'streetName', code: 'street' }])
  })

  it('keeps no member for what was left empty', () => {
    expect(addressOf({ ...inParis, locality: ' ', houseNumber: '' })).toEqual({
      kind: 'french',
      streetName: 'des Lilas',
      postalCode: '75019',
      city: 'Paris',
    })
  })

  it('says the kind of street once when it was chosen and typed', () => {
    expect(linesOf({ ...inParis, streetType: 'RUE', streetName: 'Rue  des Lilas' })[0]).toBe('rue des Lilas')
  })

  it.each(['12 bis', '12-14', '12/14', '12,5', 'douze', '12b', '-1'])(
    'has digits only as a number: %s',
    houseNumber => {
      expect(faultsOf({ ...inParis, houseNumber })).toEqual([{ field: 'houseNumber', code: 'number' }])
    },
  )

  it('reads full-width digits and needless zeros', () => {
    expect(linesOf({ ...inParis, houseNumber: '００12 ', postalCode: '７5 019' })).toEqual([
      '12 des Lilas',
      '75019 Paris',
    ])
  })

  it('asks for the number that an index repeats', () => {
    expect(faultsOf({ ...inParis, repetitionIndex: 'ter' })).toEqual([{ field: 'houseNumber', code: 'number' }])
  })

  it('takes the answers of its lists and no other', () => {
    for (const repetitionIndex of REPETITION_INDEXES)
      expect(faultsOf({ ...inParis, houseNumber: '1', repetitionIndex })).toEqual([])
    for (const { code } of STREET_TYPES) expect(faultsOf({ ...inParis, streetType: code })).toEqual([])
    expect(faultsOf({ ...inParis, houseNumber: '1', repetitionIndex: 'sexies', streetType: 'STREET' })).toEqual([
      { field: 'repetitionIndex', code: 'list' },
      { field: 'streetType', code: 'list' },
    ])
  })

  it('holds 38 characters a line and counts those of a longer one', () => {
    const streetName = 'x'.repeat(27) // « 12 bis rue » and a space are 11
    const typed = { ...inParis, houseNumber: '12', repetitionIndex: 'bis', streetType: 'RUE' }
    expect(linesOf({ ...typed, streetName })[0]).toHaveLength(38)
    expect(faultsOf({ ...typed, streetName: `${streetName}y` })).toEqual([
      { field: 'streetName', code: 'line', length: 39 },
    ])
    expect(
      faultsOf({ ...inParis, addressComplement: 'x'.repeat(39), locality: 'y'.repeat(40), city: 'z'.repeat(33) }),
    ).toEqual([
      { field: 'addressComplement', code: 'line', length: 39 },
      { field: 'locality', code: 'line', length: 40 },
      { field: 'city', code: 'line', length: 39 },
    ])
    expect(faultsOf({ ...inParis, streetName: '', houseNumber: '12', locality: 'y'.repeat(36) })).toEqual([
      { field: 'locality', code: 'line', length: 39 },
    ])
  })

  it('shortens the kind of street before it refuses a line', () => {
    const typed = { ...inParis, houseNumber: '112', streetType: 'BD', streetName: 'du Général Charles de Gaulle' }
    expect(linesOf(typed)[0]).toBe('112 BD du Général Charles de Gaulle')
  })

  it('needs a postcode of five digits and a town', () => {
    for (const postalCode of ['', '7501', '750190', '7501A']) {
      expect(faultsOf({ ...inParis, postalCode })).toEqual([{ field: 'postalCode', code: 'postalCode' }])
    }
    expect(faultsOf({ ...inParis, city: '\u00a0' })).toEqual([{ field: 'city', code: 'city' }])
  })

  it('does not look at the fields of an address abroad', () => {
    expect(addressOf({ ...abroad, ...inParis })).toEqual(addressOf(inParis))
  })
})

describe('a foreign address', () => {
  it('is its lines and its country', () => {
    expect(linesOf(abroad)).toEqual(['Rue Neuve 1', '1000 Bruxelles', 'BELGIQUE'])
    expect(addressClaim(addressOf(abroad))).toEqual({
      formatted: 'Rue Neuve 1\n1000 Bruxelles\nBELGIQUE',
      street_address: 'Rue Neuve 1\n1000 Bruxelles',
      country: 'Belgique',
    })
  })

  it('needs its first line and a country of the list, France not being one', () => {
    expect(faultsOf({ abroad: true })).toEqual([
      { field: 'addressLine1', code: 'street' },
      { field: 'country', code: 'list' },
    ])
    for (const country of ['FR', 'RE', 'be', 'ZZ'])
      expect(faultsOf({ ...abroad, country })).toEqual([{ field: 'country', code: 'list' }])
  })

  it('holds 38 characters a line', () => {
    expect(faultsOf({ ...abroad, addressLine3: 'é'.repeat(39) })).toEqual([
      { field: 'addressLine3', code: 'line', length: 39 },
    ])
    expect(linesOf({ ...abroad, addressLine3: '𝒜'.repeat(38) })).toHaveLength(4)
  })
})

describe('an address of a form', () => {
  it('may be left empty where it is optional, whole', () => {
    expect(parseAddress({ abroad: false, city: ' ' }, 'optional')).toEqual({ ok: true, address: undefined })
    expect(parseAddress({ abroad: true }, 'optional')).toEqual({ ok: true, address: undefined })
    expect(parseAddress({ abroad: false, city: 'Paris' }, 'optional').ok).toBe(false)
    expect(parseAddress({ abroad: false }).ok).toBe(false)
  })

  it('gives clean lines of 38 characters at most and survives JSON, or is refused, whatever is typed', () => {
    const text = fc.oneof(anything, fc.constantFrom('', 'Le Bourg', 'RUE', 'bis', '12'))
    const typed = fc.record({
      abroad: fc.boolean(),
      houseNumber: fc.oneof(text, fc.constant('7')),
      repetitionIndex: fc.oneof(fc.constantFrom('', ...REPETITION_INDEXES), text),
      streetType: fc.oneof(fc.constantFrom('', ...STREET_TYPES.map(type => type.code)), text),
      streetName: text,
      addressComplement: text,
      locality: text,
      postalCode: fc.oneof(fc.stringMatching(/^\d{5}$/), text),
      city: text,
      addressLine1: text,
      addressLine2: text,
      addressLine3: text,
      country: fc.oneof(fc.constantFrom('BE', 'DE', 'MA'), text),
    })
    fc.assert(
      fc.property(typed, form => {
        const parsed = parseAddress(form)
        if (!parsed.ok) return expect(new Set(parsed.faults.map(fault => fault.field)).size).toBe(parsed.faults.length)
        if (!parsed.address) throw new Error('an address was expected')
        const lines = formatAddressLines(parsed.address)
        expect(lines.filter(line => line === '' || [...line].length > 38 || !isClean(line))).toEqual([])
        expect(JSON.parse(JSON.stringify(parsed.address))).toEqual(parsed.address)
      }),
      { numRuns: 1000 },
    )
  })
})
