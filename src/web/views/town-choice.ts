import type { SignUpModel } from './models.ts'
import { OTHER_TOWN } from './models.ts'

/** What the town's list shows chosen, and what its text field holds. */
export type TownChoice = { readonly chosen: string; readonly typed: string }

/** « saint-lo » is « Saint-Lô ». */
const fold = (name: string): string =>
  name
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, ' ')
    .replaceAll(/\bst(e?)\b/g, 'saint$1')
    .trim()

/** No answer is lost between the text field and the list: a typed town is found in it, or kept as one that it lacks. */
export const townChoice = ({ towns, values }: Pick<SignUpModel, 'towns' | 'values'>): TownChoice => {
  const { city = '', cityOther = '' } = values
  if (towns.length === 0) return { chosen: '', typed: city === OTHER_TOWN || city === '' ? cityOther : city }
  if (city === '' || city === OTHER_TOWN) return { chosen: city, typed: cityOther }
  const wanted = fold(city)
  const listed = towns.find(town => fold(town) === wanted)
  return listed === undefined ? { chosen: OTHER_TOWN, typed: city } : { chosen: listed, typed: cityOther }
}
