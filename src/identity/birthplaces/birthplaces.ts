import type { BirthPlaces } from './compare.ts'

/** « 001-047 » */
const spread = (department: string, range: string): readonly string[] => {
  const [from = '', to = from] = range.split('-')
  return Array.from(
    { length: Number(to) - Number(from) + 1 },
    (_, at) => department + String(Number(from) + at).padStart(3, '0'),
  )
}

/** Reads the extract of INSEE's codes made by scripts/data/birthplaces.ts: a department's codes a line, then groups of the same commune. */
export const makeBirthPlaces = (text: Buffer): BirthPlaces => {
  const known = new Set<string>()
  const chiefs = new Map<string, string>()
  for (const line of text.toString('utf8').split('\n')) {
    const [first = '', ...rest] = line.split('\t')
    if (first === '=') for (const code of rest) chiefs.set(code, rest[0] ?? code)
    else for (const range of rest[0]?.split(',') ?? []) for (const code of spread(first, range)) known.add(code)
  }
  return {
    isKnown: code => known.has(code),
    same: (a, b) => {
      const chief = chiefs.get(a)
      return chief !== undefined && chief === chiefs.get(b)
    },
  }
}
