import { townKey } from './names.ts'

export type TownFit = 'fits' | 'unknownPostcode' | 'otherTown'

export type Towns = {
  /** The towns that a postcode serves, in alphabetical order; none when the postcode is not in the list. */
  townsOf(postalCode: string): readonly string[]
  /**
   * Whether a town goes with a postcode, however it is written. The list knows neither CEDEX postcodes nor those
   * created since it was made: a refusal here is a question to the person, never a reason to refuse.
   */
  fits(postalCode: string, city: string): TownFit
}

type Entry = { readonly towns: readonly string[]; readonly former: readonly string[] }

const tab = 0x09
const newline = 0x0a
const postcodeLength = 5

/**
 * Looks postcodes up in the list made by scripts/data/towns.ts: sorted lines « postcode, tab, towns, tab, names of
 * merged towns », names parted by « | ». The list stays bytes, so that it costs its own size and nothing more.
 */
export const makeTowns = (list: Buffer): Towns => {
  const entryOf = (postalCode: string): Entry | undefined => {
    const wanted = postalCode.replace(/\s/g, '')
    if (!/^\d{5}$/.test(wanted)) return undefined
    const line = findLine(list, wanted)
    if (line === undefined) return undefined
    const [towns = '', former = ''] = line.split('\t')
    return { towns: names(towns), former: names(former) }
  }

  return {
    townsOf: postalCode => entryOf(postalCode)?.towns ?? [],
    fits: (postalCode, city) => {
      const entry = entryOf(postalCode)
      if (!entry) return 'unknownPostcode'
      const key = townKey(city)
      return [...entry.towns, ...entry.former].some(name => townKey(name) === key) ? 'fits' : 'otherTown'
    },
  }
}

const names = (column: string): readonly string[] => (column === '' ? [] : column.split('|'))

/** The line of a postcode without the postcode, by halving the bytes: about 20 steps. */
const findLine = (list: Buffer, postcode: string): string | undefined => {
  let low = 0
  let high = list.length
  while (low < high) {
    const start = startOfLine(list, Math.floor((low + high) / 2))
    const end = endOfLine(list, start)
    const here = list.toString('latin1', start, start + postcodeLength)
    if (here === postcode && list[start + postcodeLength] === tab) {
      return list.toString('utf8', start + postcodeLength + 1, end)
    }
    if (here < postcode) low = end + 1
    if (here >= postcode) high = start
  }
  return undefined
}

const startOfLine = (list: Buffer, at: number): number => (at === 0 ? 0 : list.lastIndexOf(newline, at - 1) + 1)

const endOfLine = (list: Buffer, start: number): number => {
  const end = list.indexOf(newline, start)
  return end === -1 ? list.length : end
}
