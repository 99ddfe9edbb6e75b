import { statSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { makeBirthPlaces } from '../../src/identity/birthplaces/birthplaces.ts'
import { loadBirthPlaces } from '../../src/web/federation/birthplaces-file.ts'

const births = await loadBirthPlaces()
const file = new URL('../../src/identity/birthplaces/data/birthplaces.tsv', import.meta.url)

describe('the codes of communes since 1943', () => {
  it.each([
    ['a commune of Corsica, before and after 1976', '20004', '2A004'],
    ['Nanterre, of the Seine and of the Hauts-de-Seine', '75050', '92050'],
    ['a commune of Seine-et-Oise that went to the Essonne', '78228', '91228'],
    ['a commune of the Essonne that went to the Yvelines in 1969', '91143', '78143'],
    ['Cherbourg and Équeurdreville, merged in 2016', '50129', '50173'],
  ])('say that two are the same place: %s', (_, one, other) => {
    expect(births.same(one, other)).toBe(true)
    expect(births.same(other, one)).toBe(true)
  })

  it.each([
    ['two districts of Paris', '75101', '75102'],
    ['two districts of Marseille', '13201', '13202'],
    ['Ajaccio and Bastia', '2A004', '2B033'],
    ['Toulouse and Nantes', '31555', '44109'],
  ])('keep apart what were never one: %s', (_, one, other) => {
    expect(births.same(one, other)).toBe(false)
  })

  it('know communes of today and of old, and not what towns were lent for their many births', () => {
    const known = ['01001', '31555', '44109', '06088', '75056', '75101', '2A004', '20004', '97801', '98818']
    expect(known.filter(code => !births.isKnown(code))).toEqual([])
    const extensions = ['31655', '44309', '06488', '75201', '99109', '00001', '', '97']
    expect(extensions.filter(births.isKnown)).toEqual([])
  })

  it('are the same in both directions, whatever the codes', () => {
    const code = fc.oneof(
      fc.integer({ min: 1000, max: 98999 }).map(n => String(n).padStart(5, '0')),
      fc.string(),
    )
    fc.assert(fc.property(code, code, (a, b) => births.same(a, b) === births.same(b, a)))
  })

  it('are a small file', () => {
    expect(statSync(file).size).toBeLessThan(400_000)
  })
})

describe('a list of codes', () => {
  const list = makeBirthPlaces(Buffer.from('01\t001-003,007\n2A\t004\n=\t01001\t01002\n=\t01003\t01007\t2A004\n'))

  it('holds the ends of its ranges, what is between them, and nothing beside', () => {
    const asked = ['01000', '01001', '01002', '01003', '01004', '01007', '01008', '2A004', '2B004']
    expect(asked.filter(list.isKnown)).toEqual(['01001', '01002', '01003', '01007', '2A004'])
  })

  it('says of the codes of one group alone that they are the same', () => {
    expect(list.same('01001', '01002')).toBe(true)
    expect(list.same('01007', '2A004')).toBe(true)
    expect(list.same('01002', '01003')).toBe(false)
    expect(list.same('01008', '01008')).toBe(false)
  })

  it('may be empty', () => {
    const none = makeBirthPlaces(Buffer.from(''))
    expect(none.isKnown('01001')).toBe(false)
    expect(none.same('01001', '01001')).toBe(false)
  })
})
