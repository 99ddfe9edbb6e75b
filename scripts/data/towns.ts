/**
 * Makes src/identity/towns/data/towns.tsv, the compact list of postcodes and their towns, from
 * @etalab/decoupage-administratif. Run it again when that package follows a new year's communes:
 *
 *   node scripts/data/towns.ts
 *
 * NOTICE: the data come from INSEE (Code officiel géographique) and La Poste (Base officielle des codes postaux),
 * gathered by Etalab in @etalab/decoupage-administratif 6.0.0 (millésime 2026), and are reused here under the
 * Licence Ouverte / Open Licence 2.0 (https://www.etalab.gouv.fr/licence-ouverte-open-licence).
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { z } from 'zod'

const communes = z.array(
  z.object({
    code: z.string(),
    nom: z.string(),
    type: z.enum(['commune-actuelle', 'arrondissement-municipal', 'commune-deleguee', 'commune-associee']),
    chefLieu: z.string().optional(),
    codesPostaux: z.array(z.string().regex(/^\d{5}$/)).default([]),
  }),
)

const source = createRequire(import.meta.url).resolve('@etalab/decoupage-administratif/data/communes.json')
const target = new URL('../../src/identity/towns/data/towns.tsv', import.meta.url)

const all = communes.parse(JSON.parse(readFileSync(source, 'utf8')))
const byCode = new Map(all.filter(({ type }) => type === 'commune-actuelle').map(commune => [commune.code, commune]))

type Line = { towns: Set<string>; former: Set<string> }
const lines = new Map<string, Line>()
const lineOf = (postcode: string): Line => {
  const line = lines.get(postcode) ?? { towns: new Set(), former: new Set() }
  lines.set(postcode, line)
  return line
}

/** « Château-Chinon (Ville) » and « Château-Chinon (Campagne) » are « Château-Chinon » on an envelope. */
const postalName = (name: string): string => name.replace(/ \(.*\)$/, '')

for (const { nom, codesPostaux } of byCode.values()) {
  for (const postcode of codesPostaux) lineOf(postcode).towns.add(postalName(nom))
}
// People whose town was merged into another still write its name; Paris, Lyon and Marseille stand for their districts.
for (const { nom, type, chefLieu } of all) {
  if (type !== 'commune-deleguee' && type !== 'commune-associee') continue
  for (const postcode of byCode.get(chefLieu ?? '')?.codesPostaux ?? []) lineOf(postcode).former.add(postalName(nom))
}

const column = (names: Iterable<string>): string => [...names].sort(new Intl.Collator('fr').compare).join('|')
const text = [...lines]
  .sort(([one], [other]) => (one < other ? -1 : 1))
  .map(([postcode, { towns, former }]) => {
    const others = column([...former].filter(name => !towns.has(name)))
    return `${postcode}\t${column(towns)}${others === '' ? '' : `\t${others}`}\n`
  })
  .join('')

writeFileSync(target, text)
process.stdout.write(`${lines.size} postcodes, ${Buffer.byteLength(text)} bytes\n`)
