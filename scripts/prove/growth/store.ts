/** What the store says of itself: what a person takes in it, and how it finds what it is asked for. */
import { is, type Row } from '../part.ts'
import { playOnce } from './cost.ts'
import type { Sized } from './sized.ts'

export const diskRows = async ({ size, world }: Sized): Promise<readonly Row[]> => {
  const { bytes, of, logBytes } = await world.store.taken()
  const [perPerson, unit] = [(taken: number) => Math.round(taken / size), 'bytes']
  const note = `${(bytes / 2 ** 20).toFixed(0)} MB in all`
  return [
    { what: `a person at ${size}`, figure: perPerson(bytes), unit, note },
    ...of
      .filter(one => one.bytes > size * 4)
      .map(one => ({ what: `a person at ${size}: ${one.name}`, figure: perPerson(one.bytes), unit })),
    { what: `write-ahead log at ${size}`, figure: Math.round(logBytes / 2 ** 20), unit: 'MB' },
  ]
}

/** Against a store that is as full as the others: what it knows of what it holds may change its plans. */
export const planRows = async (sized: Sized): Promise<readonly Row[]> => {
  const { asked, found } = await sized.world.store.walks(() => playOnce(sized))
  return [
    { what: 'questions that the store is asked', figure: asked },
    is('questions that walk through all of a kind', found.length, 0, found[0]),
  ]
}
