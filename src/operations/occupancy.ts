/** A process says that it has the store open, so that a copy never begins beside it, nor it beside a copy. */
import type { OccupantStore, Occupation } from '../stores/contracts.ts'
import { StartError } from './errors.ts'

type Stay = { readonly forMs: number; readonly everyMs: number }

/** How long one that died is still there, and how often one that lives says so. A copy that was killed soon lets the next one go on. */
export const stays: { readonly [occupation in Occupation]: Stay } = {
  using: { forMs: 60_000, everyMs: 20_000 },
  copying: { forMs: 15_000, everyMs: 5_000 },
}

export type Occupancy = {
  /** What the others were there for when this one came. */
  readonly met: readonly Occupation[]
  /** What the others are there for now. */
  others(): Promise<readonly Occupation[]>
  leave(): Promise<void>
}

/** Ready when this process is known to be there; it says so again until it leaves. */
export const occupy = async (
  occupants: OccupantStore,
  occupation: Occupation,
  clock: () => Date,
): Promise<Occupancy> => {
  const { forMs, everyMs } = stays[occupation]
  const others = () => {
    const now = clock()
    return occupants.stay(occupation, now, new Date(now.getTime() + forMs))
  }
  const met = await others()
  let telling: Promise<unknown> = Promise.resolve()
  const again = setInterval(() => {
    // a store that is away for a moment is told the next time
    telling = others().catch(() => undefined)
  }, everyMs)
  again.unref()
  return {
    met,
    others,
    async leave() {
      clearInterval(again)
      await telling
      // one that cannot say so is forgotten by itself
      await occupants.leave().catch(() => undefined)
    },
  }
}

/** Throws a sentence when the store is being copied. */
export const occupyForUse = async (occupants: OccupantStore, clock: () => Date): Promise<Occupancy> => {
  const occupancy = await occupy(occupants, 'using', clock)
  if (!occupancy.met.includes('copying')) return occupancy
  await occupancy.leave()
  throw new StartError(
    `This data is being copied to another store, or from one: wait until « store copy » ends. One that was killed counts for ${stays.copying.forMs / 1000} seconds.`,
  )
}
