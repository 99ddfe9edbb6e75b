import { existsSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import { iconFile, weights } from '../../../src/protection/challenge/icons.ts'
import { objects } from '../../../src/protection/challenge/objects.ts'

describe('the objects of the security check', () => {
  it('are sixty or more, each drawn once', () => {
    expect(objects.length).toBeGreaterThanOrEqual(60)
    expect(new Set(objects.map(({ icon }) => icon)).size).toBe(objects.length)
  })

  it('hold those that the seed names', () => {
    const french = objects.map(({ names }) => names.fr)
    expect(french).toEqual(expect.arrayContaining(['Pantalon', 'Portefeuille', 'Réveil', 'Trombone', 'Appareil photo']))
  })

  it.each(['fr', 'en'] as const)('have each their own name in %s, plain and capitalised', language => {
    const names = objects.map(object => object.names[language])
    expect(new Set(names.map(name => name.toLowerCase())).size).toBe(names.length)
    for (const name of names) expect(name).toMatch(/^\p{Lu}[\p{L}' -]+$/u)
  })

  it('have an icon in every weight in which they are drawn', () => {
    const missing = objects.flatMap(({ icon }) =>
      weights.map(weight => iconFile(icon, weight)).filter(file => !existsSync(file)),
    )
    expect(missing).toEqual([])
  })

  it('leave room for many draws: twenty looks or more, none of which holds a tenth of the objects', () => {
    const looks = Map.groupBy(objects, ({ look }) => look)
    expect(looks.size).toBeGreaterThanOrEqual(20)
    for (const alike of looks.values()) expect(alike.length).toBeLessThan(objects.length / 10)
  })
})
