/**
 * Makes src/identity/birthplaces/data/birthplaces.tsv: the codes that communes have had since 1943, and which were ever the same
 * commune's. From @etalab/decoupage-administratif, of today for the mergers since 2019, and 0.7.0 for the history before, which
 * later ones no longer hold. Unpack that one by hand (`npm pack @etalab/decoupage-administratif@0.7.0`), then:
 *
 *   node scripts/data/birthplaces.ts <directory of the unpacked 0.7.0>
 *
 * NOTICE: the data come from INSEE (Code officiel géographique), gathered by Etalab in @etalab/decoupage-administratif 0.7.0 and
 * 6.0.0 (millésime 2026), and are reused here under the Licence Ouverte / Open Licence 2.0
 * (https://www.etalab.gouv.fr/licence-ouverte-open-licence).
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { z } from 'zod'

const [formerPackage] = process.argv.slice(2)
if (!formerPackage) throw new Error('node scripts/data/birthplaces.ts <directory of the unpacked 0.7.0>')

const code = z.string().regex(/^(?:\d{5}|2[AB]\d{3})$/)
/** `COM-75028@1943-01-01` */
const reference = z.string().transform(id => code.parse(/^[A-Z]+-(\w{5})@/.exec(id)?.[1]))
const history = z.array(z.object({ code, successeur: reference.optional(), pole: reference.optional() }))
const today = z.array(z.object({ code, chefLieu: code.optional(), anciensCodes: z.array(code).default([]) }))

const read = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'))
const former = history.parse(read(join(formerPackage, 'data/historique-communes.json')))
const current = today.parse(
  read(createRequire(import.meta.url).resolve('@etalab/decoupage-administratif/data/communes.json')),
)

const known = new Set<string>()
/** Of each code, the one that stands for all that were ever its commune's. */
const standFor = new Map<string, string>()
const chiefOf = (one: string): string => {
  const other = standFor.get(one)
  return other === undefined ? one : chiefOf(other)
}
const unite = (a: string, b: string | undefined): void => {
  if (b === undefined) return
  const [one, other] = [chiefOf(a), chiefOf(b)]
  if (one !== other) standFor.set(one, other)
}

for (const { code: one, successeur, pole } of former) {
  known.add(one)
  unite(one, successeur)
  unite(one, pole)
}
for (const { code: one, chefLieu, anciensCodes } of current) {
  known.add(one)
  unite(one, chefLieu)
  for (const other of anciensCodes) {
    known.add(other)
    unite(other, one)
  }
}

const groups = Map.groupBy([...known].sort(), chiefOf)
const same = [...groups.values()].filter(codes => codes.length > 1).map(codes => `=\t${codes.join('\t')}\n`)

/** « 001-047,049 » */
const ranges = (numbers: readonly number[]): string => {
  const written: string[] = []
  const text = (n: number) => String(n).padStart(3, '0')
  for (let at = 0; at < numbers.length; at += 1) {
    const from = numbers[at] ?? 0
    while (numbers[at + 1] === (numbers[at] ?? 0) + 1) at += 1
    const to = numbers[at] ?? 0
    written.push(from === to ? text(from) : `${text(from)}-${text(to)}`)
  }
  return written.join(',')
}
const lists = [...Map.groupBy([...known].sort(), one => one.slice(0, 2))].map(
  ([department, codes]) => `${department}\t${ranges(codes.map(one => Number(one.slice(2))))}\n`,
)

const text = [...lists, ...same].join('')
writeFileSync(new URL('../../src/identity/birthplaces/data/birthplaces.tsv', import.meta.url), text)
process.stdout.write(`${known.size} codes, ${same.length} groups, ${Buffer.byteLength(text)} bytes\n`)
