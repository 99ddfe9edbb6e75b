import { readFile } from 'node:fs/promises'
import { makeBirthPlaces } from '../../identity/birthplaces/birthplaces.ts'
import type { BirthPlaces } from '../../identity/birthplaces/compare.ts'

const file = new URL('../../identity/birthplaces/data/birthplaces.tsv', import.meta.url)

/** Reads the codes of communes since 1943 that come with Guichet. */
export const loadBirthPlaces = async (): Promise<BirthPlaces> => makeBirthPlaces(await readFile(file))
