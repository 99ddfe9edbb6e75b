/** The search of every place, and the proof that it would have found. */
import { atLeast, is, type Row } from '../part.ts'
import { type Kind, kinds } from './ledger.ts'
import type { Item, Items } from './places.ts'
import { makeSearch, type Needle, type Search } from './search.ts'
import { MAY, MUST, type Place, places } from './table.ts'
import { writingsOf } from './writings.ts'

type KindNeedle = Needle & { readonly kind: Kind }

const lengthOf = (items: readonly Item[]): number => items.reduce((sum, { bytes }) => sum + Buffer.byteLength(bytes), 0)

type Sightings = { readonly place: Place; readonly kind: string; readonly where: string }

const sight = (search: Search, place: Place, items: readonly Item[]): readonly Sightings[] =>
  items.flatMap(({ name, bytes }) => search(bytes).map(({ kind }) => ({ place, kind, where: name })))

const toldOf = (leaks: readonly Sightings[]): string =>
  [...new Set(leaks.map(({ kind, where }) => `${kind} (${where})`))].slice(0, 12).join('; ')

/** One of each kind, in each of its writings, put in the middle of what was searched in each place. */
const planted = (needles: readonly KindNeedle[], items: Items, search: Search): Row => {
  let put = 0
  let found = 0
  for (const place of places) {
    const [item] = [...(items[place] ?? [])].sort((a, b) => Buffer.byteLength(b.bytes) - Buffer.byteLength(a.bytes))
    const ground = Buffer.from(item?.bytes ?? '').subarray(0, 2000)
    const half = Math.floor(ground.length / 2)
    for (const kind of kinds) {
      const needle = needles.find(one => one.kind === kind)
      if (!needle) continue
      for (const writing of writingsOf(needle.text)) {
        put += 1
        const seed = Buffer.from(writing, 'latin1')
        const hay = Buffer.concat([ground.subarray(0, half), seed, ground.subarray(half)])
        if (search(hay).some(one => one.kind === kind)) found += 1
      }
    }
  }
  return is('planted in each place, in each writing, and found', found, put)
}

export const rowsOf = (needles: readonly KindNeedle[], items: Items): readonly Row[] => {
  const search = makeSearch(needles)
  const sightings = places.flatMap(place => sight(search, place, items[place] ?? []))
  const ofPlace = (place: Place) => sightings.filter(one => one.place === place)
  const isLeak = ({ place, kind }: Sightings): boolean => !MAY[kind as Kind].includes(place)
  const leaks = places.flatMap(place => {
    const searched = items[place]
    if (!searched) return []
    const found = ofPlace(place).filter(isLeak)
    const size = `${searched.length} things, ${Math.ceil(lengthOf(searched) / 1024)} KiB`
    return [is(`astray in: ${place}`, found.length, 0, found.length > 0 ? toldOf(found) : size)]
  })
  const wanted = Object.entries(MUST).flatMap(([kind, where]) => where.map(place => ({ kind, place })))
  const missing = wanted.filter(({ kind, place }) => !ofPlace(place).some(one => one.kind === kind))
  const seenKinds = new Set(needles.map(({ kind }) => kind))
  return [
    is(
      'kinds of needles put through',
      seenKinds.size,
      kinds.length,
      kinds.filter(kind => !seenKinds.has(kind)).join(', '),
    ),
    atLeast('needles', needles.length, 100),
    is(
      'found where they must be',
      wanted.length - missing.length,
      wanted.length,
      missing.map(({ kind, place }) => `${kind} not in ${place}`).join('; '),
    ),
    ...leaks,
    planted(needles, items, search),
  ]
}
