/** Departments, and where communes went from one to another. */

/** Two characters, three overseas; « 98 » alone is the old number of all that lay overseas. */
export const departmentOf = (code: string): string => {
  if (!/^9[78]/.test(code)) return code.slice(0, 2)
  const overseas = code.slice(0, 3)
  return OVERSEAS.has(overseas) ? overseas : '98'
}

const OVERSEAS: ReadonlySet<string> = new Set([
  '971',
  '972',
  '973',
  '974',
  '975',
  '976',
  '977',
  '978',
  '984',
  '986',
  '987',
  '988',
  '989',
])

type Move = { readonly one: readonly string[]; readonly other: readonly string[]; readonly before: number }

/** The year after the last of these moves: births from then on are where they are said to be. */
const MOVES: readonly Move[] = [
  { one: ['75', '78'], other: ['91', '92', '93', '94', '95'], before: 1969 },
  { one: ['91'], other: ['78'], before: 1970 },
  { one: ['01', '38'], other: ['69'], before: 1972 },
  // Saint-Barthélemy and Saint-Martin left Guadeloupe in July 2007
  { one: ['971'], other: ['977', '978'], before: 2008 },
  { one: ['80'], other: ['62'], before: Number.POSITIVE_INFINITY },
  { one: ['55'], other: ['54'], before: Number.POSITIVE_INFINITY },
  { one: ['02'], other: ['51'], before: Number.POSITIVE_INFINITY },
]

/** Whether a commune may have been of one department at that birth, and be of the other. */
export const mayHaveMoved = (a: string, b: string, year: number): boolean =>
  MOVES.some(
    ({ one, other, before }) =>
      year < before && ((one.includes(a) && other.includes(b)) || (one.includes(b) && other.includes(a))),
  )

const CORSICA: ReadonlySet<string> = new Set(['20', '2A', '2B'])

/** The same department, or Corsica while it was one: people born then have numbers that say 20, 2A or 2B. */
export const wereOne = (a: string, b: string, year: number): boolean =>
  a === b || (year < 1976 && CORSICA.has(a) && CORSICA.has(b))
