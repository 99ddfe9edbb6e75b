import { readFile } from 'node:fs/promises'
import { makeTowns, type Towns } from '../../identity/towns/towns.ts'

const file = new URL('../../identity/towns/data/towns.tsv', import.meta.url)

/** Reads the list of postcodes and their towns that comes with Guichet. */
export const loadTowns = async (): Promise<Towns> => makeTowns(await readFile(file))
