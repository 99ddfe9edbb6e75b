import { readFileSync } from 'node:fs'
import { performance } from 'node:perf_hooks'
import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { makeTowns } from '../../../src/identity/towns/towns.ts'
import { loadTowns } from '../../../src/web/sign-up/towns-file.ts'

const file = readFileSync(new URL('../../../src/identity/towns/data/towns.tsv', import.meta.url))
const towns = makeTowns(file)
const lines = file.toString('utf8').trimEnd().split('\n')
const known = lines.map(line => {
  const [postcode = '', names = '', former = ''] = line.split('\t')
  return { postcode, names: names.split('|'), former: former === '' ? [] : former.split('|') }
})

/** Ways in which people write a name that is right. */
const writings: readonly ((name: string) => string)[] = [
  name => name,
  name => name.toUpperCase(),
  name => name.toLowerCase(),
  name => name.normalize('NFD'),
  name => name.normalize('NFD').replace(/\p{M}/gu, '').toUpperCase(),
  name => name.replaceAll('-', ' '),
  name => name.replaceAll("'", '’'),
  name => name.replaceAll("'", ' '),
  name => name.replaceAll('œ', 'oe').replaceAll('Œ', 'Oe'),
  name => name.replace(/\bSaint-/g, 'St ').replace(/\bSainte-/g, 'Ste '),
  name => name.replace(/\bSaint-/g, 'St. ').replace(/\bSainte-/g, 'Ste. '),
  name => name.replace(/-sur-/g, ' s/ ').replace(/-sous-/g, ' s/ '),
  name => `  ${name.replaceAll(' ', '  ')} `,
  name => `${name} CEDEX`,
  name => `${name} Cedex 09`,
]

describe('the towns of a postcode', () => {
  it('are those it serves, in alphabetical order', () => {
    expect(towns.townsOf('01000')).toEqual(['Bourg-en-Bresse', 'Saint-Denis-lès-Bourg'])
    expect(towns.townsOf('29200')).toEqual(['Brest'])
    expect(towns.townsOf('97400')).toEqual(['Saint-Denis'])
    expect(towns.townsOf('98800')).toEqual(['Nouméa'])
  })

  it.each(['75001', '75016', '75116', '75020'])('are Paris alone for %s, never a district', postcode => {
    expect(towns.townsOf(postcode)).toEqual(['Paris'])
  })

  it.each([
    ['69003', 'Lyon'],
    ['13016', 'Marseille'],
  ])('are, for %s, %s alone', (postcode, town) => {
    expect(towns.townsOf(postcode)).toEqual([town])
  })

  it('are found when the postcode is typed with spaces', () => {
    expect(towns.townsOf(' 29 200 ')).toEqual(['Brest'])
    expect(towns.townsOf('29\u00a0200')).toEqual(['Brest'])
  })

  it('are none for what is no postcode or is not in the list', () => {
    for (const typed of ['', '0', '2920', '292000', '2A004', '00000', '99999', '٢٩٢٠٠', '75900']) {
      expect(towns.townsOf(typed)).toEqual([])
    }
  })

  it('are found for every line of the list, first and last included', () => {
    for (const { postcode, names } of known) expect(towns.townsOf(postcode)).toEqual(names)
  })

  it('are found in a list of any length, and for no other postcode', () => {
    const postcode = fc.integer({ min: 0, max: 99_999 }).map(number => String(number).padStart(5, '0'))
    const town = fc.constantFrom('Brest', 'Évry', "L'Haÿ-les-Roses", 'Ô')
    const lists = fc.uniqueArray(fc.tuple(postcode, fc.array(town, { minLength: 1, maxLength: 4 })), {
      selector: ([code]) => code,
      maxLength: 30,
    })
    fc.assert(
      fc.property(lists, postcode, fc.boolean(), (list, other, lastNewline) => {
        const sorted = [...list].sort(([one], [next]) => (one < next ? -1 : 1))
        const text = sorted.map(([code, names]) => `${code}\t${names.join('|')}`).join('\n')
        const some = makeTowns(Buffer.from(lastNewline && text !== '' ? `${text}\n` : text))
        for (const [code, names] of list) expect(some.townsOf(code)).toEqual(names)
        if (!list.some(([code]) => code === other)) expect(some.townsOf(other)).toEqual([])
      }),
    )
  })
})

describe('a town and its postcode', () => {
  it.each([
    ['42000', 'St Etienne'],
    ['42000', 'SAINT-ÉTIENNE CEDEX 2'],
    ['94240', 'L’Hay les Roses'],
    ['94240', 'lhay les roses'],
    ['71100', 'Chalon s/ Saône'],
    ['69003', 'Lyon 3e'],
    ['69003', 'LYON 03'],
    ['69003', 'Lyon 3ème arrondissement'],
    ['75001', 'Paris 1er Arrondissement'],
    ['75016', 'Paris 16'],
    ['13001', 'Marseille 1er arr.'],
    ['54500', 'Vandoeuvre les Nancy'],
    ['58120', 'Château-Chinon'],
    ['49120', 'Chemillé'],
    ['97400', 'ST DENIS'],
  ])('fit: %s %s', (postcode, city) => {
    expect(towns.fits(postcode, city)).toBe('fits')
  })

  it.each([
    ['69003', 'Paris'],
    ['42000', 'Saint-Chamond'],
    ['42000', 'Étienne'],
    ['75001', ''],
    ['75001', '1er arrondissement'],
    ['75001', 'Cedex'],
    ['01000', 'Bourg'],
  ])('do not fit: %s %s', (postcode, city) => {
    expect(towns.fits(postcode, city)).toBe('otherTown')
  })

  it('cannot be told for a postcode that is not in the list, such as a CEDEX', () => {
    expect(towns.fits('75900', 'Paris')).toBe('unknownPostcode')
    expect(towns.fits('7500', 'Paris')).toBe('unknownPostcode')
  })

  it('fit in every usual writing of every town, merged ones included', () => {
    fc.assert(
      fc.property(fc.constantFrom(...known), fc.nat(), fc.constantFrom(...writings), (entry, number, write) => {
        const names = [...entry.names, ...entry.former]
        expect(towns.fits(entry.postcode, write(names[number % names.length] ?? ''))).toBe('fits')
      }),
      { numRuns: 2000 },
    )
  })

  it('never fit by accident: a town fits a postcode only when the postcode serves it', () => {
    fc.assert(
      fc.property(fc.constantFrom(...known), fc.constantFrom(...known), (here, elsewhere) => {
        const city = elsewhere.names[0] ?? ''
        const served = [...here.names, ...here.former].includes(city)
        fc.pre(!served)
        expect(towns.fits(here.postcode, city)).toBe('otherTown')
      }),
      { numRuns: 1000 },
    )
  })

  it('take anything typed without failing', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (postcode, city) => {
        expect(['fits', 'unknownPostcode', 'otherTown']).toContain(towns.fits(postcode, city))
        expect(towns.fits('75001', city)).not.toBe('unknownPostcode')
      }),
    )
  })
})

describe('the list of postcodes', () => {
  it('is sorted, without a doublet, and covers the country', () => {
    const postcodes = known.map(({ postcode }) => postcode)
    expect(postcodes).toEqual([...new Set(postcodes)].sort())
    expect(postcodes.length).toBeGreaterThan(6_000)
  })

  it('names no two towns of a postcode that writing would confuse', () => {
    const confused = known.filter(({ names }) => {
      const keys = names.map(name =>
        name
          .normalize('NFD')
          .replace(/[^a-z]/gi, '')
          .toLowerCase(),
      )
      return new Set(keys).size !== keys.length
    })
    expect(confused).toEqual([])
  })

  it('costs its own size and little time', async () => {
    const loaded = await loadTowns()
    expect(file.length).toBeLessThan(1_000_000)
    const start = performance.now()
    for (const { postcode } of known) loaded.townsOf(postcode)
    expect((performance.now() - start) / known.length).toBeLessThan(1)
  })
})
