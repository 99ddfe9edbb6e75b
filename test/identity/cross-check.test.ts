import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { type CrossCheck, makeCrossCheck } from '../../src/identity/cross-check.ts'
import type { Gender, PivotIdentity } from '../../src/identity/pivot-identity.ts'
import { loadBirthPlaces } from '../../src/web/federation/birthplaces-file.ts'
import { wellFormedNumbers } from './arbitraries.ts'

const crossCheck = makeCrossCheck({ births: await loadBirthPlaces() })

/** Of the number 1850775056049, unless said otherwise. */
const anIdentity = (changes: Partial<PivotIdentity> = {}): PivotIdentity => ({
  familyName: 'DUBOIS',
  givenNames: ['Angela'],
  gender: 'male',
  birthdate: '1985-07-14',
  birthplace: '75056',
  birthcountry: '99100',
  ...changes,
})
const abroad = (birthcountry: string) => ({ birthplace: '', birthcountry })
const NUMBER = '1850775056049'

describe('a number and a verified civil status', () => {
  it('agree when every part does', () => {
    expect(crossCheck(NUMBER, anIdentity())).toEqual({
      sex: 'agrees',
      year: 'agrees',
      month: 'agrees',
      place: 'agrees',
      verdict: 'agrees',
    })
  })

  it.each<[keyof CrossCheck, Partial<PivotIdentity>]>([
    ['sex', { gender: 'female' }],
    ['year', { birthdate: '1986-07-14' }],
    ['month', { birthdate: '1985-08-14' }],
    ['place', { birthplace: '31555' }],
  ])('contradict each other when one part differs: %s', (part, changes) => {
    expect(crossCheck(NUMBER, anIdentity(changes))).toMatchObject({ [part]: 'differs', verdict: 'contradicts' })
  })

  it('leave it open when a part says nothing and none differs', () => {
    expect(crossCheck(NUMBER, anIdentity({ gender: 'unspecified' })).verdict).toBe('unknown')
  })

  it('contradict each other even when other parts say nothing', () => {
    const identity = anIdentity({ gender: 'unspecified', birthdate: '1984-07-14', birthplace: '', birthcountry: '' })
    expect(crossCheck(NUMBER, identity).verdict).toBe('contradicts')
  })
})

describe('the sex', () => {
  it.each<[string, Gender, string]>([
    ['1', 'male', 'agrees'],
    ['2', 'female', 'agrees'],
    ['1', 'female', 'differs'],
    ['2', 'male', 'differs'],
    ['1', 'unspecified', 'unknown'],
    ['2', 'unspecified', 'unknown'],
    ['3', 'male', 'unknown'],
    ['4', 'male', 'unknown'],
    ['7', 'female', 'unknown'],
    ['8', 'male', 'unknown'],
  ])('%s of a %s person: %s', (digit, gender, answer) => {
    expect(crossCheck(digit + NUMBER.slice(1), anIdentity({ gender })).sex).toBe(answer)
  })
})

describe('the year', () => {
  it('is compared without a century, which a number does not say', () => {
    for (const birthdate of ['1985-07-14', '1885-07-14', '2085-07-14'])
      expect(crossCheck(NUMBER, anIdentity({ birthdate })).year).toBe('agrees')
  })

  it('differs even where the day and the month are not known', () => {
    const identity = anIdentity({ birthdate: '1984-01-01', rawBirthdate: '1984-00-00' })
    expect(crossCheck(NUMBER, identity)).toMatchObject({ year: 'differs', month: 'unknown' })
  })
})

describe('the month', () => {
  const answer = (month: string, birthdate: string, rawBirthdate?: string) =>
    crossCheck(`185${month}75056049`, anIdentity({ birthdate, ...(rawBirthdate ? { rawBirthdate } : {}) })).month

  it('agrees or differs when both say a real one, less thirty for an incomplete record', () => {
    expect(answer('07', '1985-07-14')).toBe('agrees')
    expect(answer('37', '1985-07-14')).toBe('agrees')
    expect(answer('42', '1985-12-14')).toBe('agrees')
    expect(answer('07', '1985-06-14')).toBe('differs')
    expect(answer('36', '1985-07-14')).toBe('differs')
  })

  it.each(['20', '25', '30', '50', '73', '99'])('is not said by the fictive month %s', month => {
    expect(answer(month, '1985-07-14')).toBe('unknown')
  })

  it('is not known where the register has none, whatever stands for it', () => {
    expect(answer('07', '1985-01-01', '1985-00-00')).toBe('unknown')
    expect(answer('07', '1985-01-01')).toBe('unknown')
  })

  it('is known where the register has it without the day, or has the first of January itself', () => {
    expect(answer('07', '1985-07-01', '1985-07-00')).toBe('agrees')
    expect(answer('08', '1985-07-01', '1985-07-00')).toBe('differs')
    expect(answer('07', '1985-01-01', '1985-01-01')).toBe('differs')
    expect(answer('01', '1985-01-01')).toBe('agrees')
  })
})

describe('the place', () => {
  const answer = (place: string, year: number, changes: Partial<PivotIdentity>) =>
    crossCheck(`1${String(year).slice(2)}07${place}049`, anIdentity({ birthdate: `${year}-07-14`, ...changes })).place

  it.each([
    ['Corsica before 1976', '20004', 1955, '2A004', 'agrees'],
    ['Corsica before 1976, numbered since', '2A004', 1955, '20004', 'agrees'],
    ['another commune of Corsica', '20004', 1955, '2B033', 'differs'],
    ['a code lent to a town of Corsica', '20904', 1955, '2A004', 'unknown'],
    ['the two departments of Corsica since 1976', '2A004', 1980, '2B033', 'differs'],
    ['Seine, the same commune, 1968', '75050', 1960, '92050', 'agrees'],
    ['Seine, another code, 1968', '75056', 1960, '93066', 'unknown'],
    ['Seine-et-Oise, a code that is not known, 1968', '78999', 1960, '95018', 'unknown'],
    ['Paris and a department that has been since 1968', '75056', 1985, '92050', 'differs'],
    ['Essonne and Yvelines, 1969', '91999', 1968, '78646', 'unknown'],
    ['Essonne and Yvelines since', '91228', 1985, '78646', 'differs'],
    ['Isère and Rhône, 1967', '38999', 1960, '69256', 'unknown'],
    ['Ain and Rhône, 1971', '01999', 1970, '69256', 'unknown'],
    ['Isère and Rhône since', '38185', 1985, '69256', 'differs'],
    ['Somme and Pas-de-Calais', '80999', 1985, '62041', 'unknown'],
    ['Meuse and Meurthe-et-Moselle', '55999', 1985, '54395', 'unknown'],
    ['Aisne and Marne', '02999', 1985, '51454', 'unknown'],
    ['a district of Paris and Paris', '75101', 1985, '75056', 'agrees'],
    ['Lyon and a district of it', '69123', 1985, '69383', 'agrees'],
    ['a district of Marseille and Marseille', '13208', 1985, '13055', 'agrees'],
    ['two districts of one city', '13208', 1985, '13201', 'differs'],
    ['a code lent to Toulouse', '31655', 1985, '31555', 'unknown'],
    ['a code lent to Nantes', '44309', 1985, '44109', 'unknown'],
    ['a code lent to Nice', '06488', 1985, '06088', 'unknown'],
    ['a code lent to Paris 1er', '75201', 1985, '75101', 'unknown'],
    ['a code lent to a town of another department', '31655', 1985, '44109', 'differs'],
    ['a commune merged since', '50173', 1985, '50129', 'agrees'],
    ['another commune of the same department', '31555', 1985, '31069', 'differs'],
    ['another department', '59350', 1985, '13055', 'differs'],
    ['Guadeloupe', '97112', 1985, '97112', 'agrees'],
    ['another overseas department', '97112', 1985, '97209', 'differs'],
    ['Saint-Martin, of Guadeloupe until 2007', '97127', 1970, '97801', 'unknown'],
    ['an old bare 98', '98001', 1950, '97411', 'unknown'],
    ['Mayotte, formerly 985', '98511', 1985, '97611', 'unknown'],
    ['an old bare 98 and a metropolitan commune', '98001', 1950, '75056', 'differs'],
    ['abroad and a commune of France', '99134', 1985, '75056', 'differs'],
    ['Germany and a commune whose number was once Algerian', '99109', 1985, '91228', 'differs'],
    ['Algeria and a commune of the Essonne', '99352', 1985, '91228', 'differs'],
    ['Algeria, under either code', '99352', 1955, '91001', 'unknown'],
  ])('%s: %s in %i, verified %s: %s', (_, place, year, birthplace, expected) => {
    expect(answer(place, year, { birthplace })).toBe(expected)
  })

  it.each([
    ['the same country', '99109', 1985, '99109', 'agrees'],
    ['another country', '99134', 1985, '99127', 'differs'],
    ['a state that was divided', '99115', 1985, '99116', 'unknown'],
    ['Algeria before its independence', '91056', 1955, '99352', 'agrees'],
    ['Algeria shortly after', '94056', 1965, '99352', 'unknown'],
    ['Essonne and Algeria', '91228', 1985, '99352', 'differs'],
    ['Morocco before its independence', '95056', 1950, '99350', 'agrees'],
    ['Tunisia before its independence', '96056', 1950, '99351', 'agrees'],
    ['Tunisia, whose number was never given again', '96056', 1985, '99351', 'unknown'],
    ['one former department and the state of another', '91056', 1955, '99351', 'differs'],
    ['a territory that may be a state now', '98001', 1950, '99397', 'unknown'],
    ['a commune of France', '75056', 1985, '99134', 'differs'],
  ])('%s: %s in %i, verified %s: %s', (_, place, year, country, expected) => {
    expect(answer(place, year, abroad(country))).toBe(expected)
    // some write the country where a commune is asked for
    expect(answer(place, year, { birthplace: country, birthcountry: '' })).toBe(expected)
  })

  it('is not known where the identity says none, or France alone of a number that says a commune', () => {
    expect(answer('75056', 1985, { birthplace: '', birthcountry: '' })).toBe('unknown')
    expect(answer('99134', 1985, { birthplace: '', birthcountry: '' })).toBe('unknown')
    expect(answer('75056', 1985, { birthplace: '' })).toBe('unknown')
  })

  it('differs where the identity says France alone and the number says abroad, former departments apart', () => {
    expect(answer('99134', 1985, { birthplace: '' })).toBe('differs')
    expect(answer('99352', 1955, { birthplace: '' })).toBe('unknown')
  })

  it('is compared by the commune alone where no country was sent', () => {
    expect(answer('75056', 1985, { birthcountry: '' })).toBe('agrees')
    expect(answer('31555', 1985, { birthcountry: '' })).toBe('differs')
  })
})

/** The vectors of the facts, without their keys. */
const VECTORS = (
  '2550814168025 2940375120005 1531245007231 284052A321025 284052B321025 284202B321025 284992B321025 2840588321025 ' +
  '2951099126111 253072A073004 253072B073004 1780599330108 1850797112005 1550720056001 1550791056001 1620778646123 ' +
  '1853175056001 1850775056049'
).split(' ')

const STATES: { readonly [department: string]: string } = { '95': '99350', '96': '99351' }

/** The civil status of whoever has this number, born in that century: what the number does not say is made up. */
const holderOf = (number: string, century: '19' | '20'): PivotIdentity => {
  const year = Number(century + number.slice(1, 3))
  const [sex, month, place] = [number.slice(0, 1), Number(number.slice(3, 5)) % 30, number.slice(5, 10)]
  const northAfrican = /^96/.test(place) || (/^9[1-5]/.test(place) && year < 1968)
  const country = northAfrican ? (STATES[place.slice(0, 2)] ?? '99352') : place
  return anIdentity({
    gender: sex === '1' ? 'male' : sex === '2' ? 'female' : 'unspecified',
    birthdate: `${year}-${String(month >= 1 && month <= 12 ? month : 5).padStart(2, '0')}-14`,
    ...(country.startsWith('99') ? abroad(country) : { birthplace: place }),
  })
}

const certainNumbers = wellFormedNumbers.filter(number => /^[12]\d\d(?:0[1-9]|1[0-2])/.test(number))
const centuries = fc.constantFrom('19' as const, '20' as const)

describe('whoever has a number', () => {
  it.each(VECTORS)('is never contradicted by it: vector %s', number => {
    expect(crossCheck(number, holderOf(number, '19')).verdict).not.toBe('contradicts')
  })

  it('is never contradicted by it, whatever the number', () => {
    fc.assert(
      fc.property(wellFormedNumbers, centuries, (number, century) => {
        expect(crossCheck(number, holderOf(number, century)).verdict).not.toBe('contradicts')
      }),
    )
  })

  it('is another person than whoever has another certain sex, year or month', () => {
    const another = fc.oneof(
      fc.constant((holder: PivotIdentity) => ({ gender: holder.gender === 'male' ? 'female' : 'male' }) as const),
      fc.integer({ min: 1, max: 99 }).map(years => (holder: PivotIdentity) => ({
        birthdate: String(Number(holder.birthdate.slice(0, 4)) - years) + holder.birthdate.slice(4),
      })),
      fc.integer({ min: 1, max: 11 }).map(months => (holder: PivotIdentity) => {
        const month = ((Number(holder.birthdate.slice(5, 7)) + months - 1) % 12) + 1
        return { birthdate: `${holder.birthdate.slice(0, 5)}${String(month).padStart(2, '0')}-14` }
      }),
    )
    fc.assert(
      fc.property(certainNumbers, centuries, another, (number, century, change) => {
        const holder = holderOf(number, century)
        expect(crossCheck(number, { ...holder, ...change(holder) }).verdict).toBe('contradicts')
      }),
    )
  })
})

describe('any number and any civil status', () => {
  const digits = (length: number) => fc.stringMatching(new RegExp(`^\\d{${length}}$`))
  const identities = fc.record({
    gender: fc.constantFrom<Gender>('male', 'female', 'unspecified'),
    birthdate: fc
      .tuple(fc.integer({ min: 1800, max: 2099 }), fc.integer({ min: 1, max: 12 }))
      .map(([year, month]) => `${year}-${String(month).padStart(2, '0')}-01`),
    birthplace: fc.oneof(
      fc.constant(''),
      digits(5),
      digits(3).map(commune => `2A${commune}`),
    ),
    birthcountry: fc.oneof(
      fc.constantFrom('', '99100'),
      digits(3).map(country => `99${country}`),
    ),
  })

  it('have an answer for each part, and the verdict that follows from them', () => {
    fc.assert(
      fc.property(wellFormedNumbers, identities, (number, changes) => {
        const { verdict, ...parts } = crossCheck(number, anIdentity(changes))
        const answers = Object.values(parts)
        expect(answers.every(answer => ['agrees', 'unknown', 'differs'].includes(answer))).toBe(true)
        expect(verdict === 'contradicts').toBe(answers.includes('differs'))
        expect(verdict === 'agrees').toBe(answers.every(answer => answer === 'agrees'))
      }),
    )
  })
})
