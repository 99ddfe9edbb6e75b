/** How somebody comes: in which language, on which screen, with scripts or not, by mouse or by keyboard alone. */
export type Variant = {
  readonly language: 'fr' | 'en'
  readonly width: 320 | 360 | 1280
  readonly script: boolean
  readonly hand: 'mouse' | 'keyboard'
}

const languages = ['fr', 'en'] as const
const widths = [320, 360, 1280] as const
const scripts = [true, false] as const
const hands = ['mouse', 'keyboard'] as const

const every: readonly Variant[] = languages.flatMap(language =>
  widths.flatMap(width => scripts.flatMap(script => hands.map(hand => ({ language, width, script, hand })))),
)

/** Every pair of values of two properties is in at least one row; instruments.test.ts holds it. */
export const PAIRS: readonly Variant[] = [
  { language: 'fr', width: 320, script: true, hand: 'keyboard' },
  { language: 'en', width: 320, script: false, hand: 'mouse' },
  { language: 'fr', width: 360, script: false, hand: 'keyboard' },
  { language: 'en', width: 360, script: true, hand: 'mouse' },
  { language: 'en', width: 1280, script: false, hand: 'keyboard' },
  { language: 'fr', width: 1280, script: true, hand: 'mouse' },
]

/** The long run, asked for by PROVE=1: every combination. */
export const proving = process.env.PROVE === '1'

export const all = proving ? every : PAIRS

let turn = 0
/** The next row that fits, each time another, so that the journeys of a file share the rows; all that fit in the long run. */
export const some = (fits: (variant: Variant) => boolean): readonly Variant[] => {
  if (proving) return every.filter(fits)
  const from = turn++
  const next = PAIRS.map((_, index) => PAIRS[(from + index) % PAIRS.length]).find(row => row && fits(row))
  return next ? [next] : []
}

export const told = ({ language, width, script, hand }: Variant): string =>
  `${language}, ${width} px, ${script ? 'with' : 'without'} JavaScript, ${hand}`
