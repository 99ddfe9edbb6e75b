/** From a thousand people to a million: what an act costs, what a person takes, and what happens beside while people are served. */
import type { Part, PartNeeds, Row } from '../part.ts'
import { backlogRows } from './backlog.ts'
import { costRows } from './cost.ts'
import { resealRows } from './reseal.ts'
import { openSized, type Sized } from './sized.ts'
import { diskRows, planRows } from './store.ts'

const SIZES = { short: [200, 800], long: [1000, 100_000, 1_000_000] } as const
/** How many there are where things are purged and re-sealed. */
const SERVED = { short: 300, long: 100_000 } as const

/** PROVE_SIZES=1000,50000 where a million is too long to wait for. */
const sizesOf = (form: PartNeeds['form']): readonly number[] => {
  const asked = process.env.PROVE_SIZES?.split(',').map(Number)
  if (!asked || form === 'short') return SIZES[form]
  if (!asked.every(size => Number.isInteger(size) && size > 0)) throw new Error('PROVE_SIZES: whole numbers, by commas')
  return asked
}

const atEverySize = async (needs: PartNeeds): Promise<readonly Row[]> => {
  const opened: Sized[] = []
  try {
    for (const size of sizesOf(needs.form)) if (!needs.signal.aborted) opened.push(await openSized(size, needs))
    // before anybody signs in: a few hundred acts weigh on a thousand people
    const disk = await Promise.all(opened.map(diskRows))
    const cost = await costRows(opened, needs)
    const plans = await Promise.all(opened.slice(-1).map(planRows))
    return [...cost, ...disk.flat(), ...plans.flat()]
  } finally {
    for (const { world } of opened) await world.stop()
  }
}

const whileServing = async (needs: PartNeeds): Promise<readonly Row[]> => {
  const sized = await openSized(Math.min(SERVED[needs.form], ...sizesOf(needs.form).slice(-1)), {
    ...needs,
    kept: false,
  })
  try {
    const purged = await backlogRows(sized, needs)
    return [...purged, ...(await resealRows(sized, needs))]
  } finally {
    await sized.world.stop()
  }
}

const halves: { readonly [name: string]: (needs: PartNeeds) => Promise<readonly Row[]> } = {
  sizes: atEverySize,
  serving: whileServing,
}

/** PROVE_GROWTH=serving runs that half alone. */
const wanted = process.env.PROVE_GROWTH?.split(',') ?? Object.keys(halves)

export const growth: Part = {
  name: 'growth',
  title: 'a thousand people or a million cost the same',
  minutes: { short: 6, long: 60 },
  async run(needs) {
    const rows: Row[] = []
    for (const [name, half] of Object.entries(halves)) if (wanted.includes(name)) rows.push(...(await half(needs)))
    return rows
  },
}
