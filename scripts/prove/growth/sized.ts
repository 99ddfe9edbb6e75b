/** A world with so many people in its store. PROVE_SEEDED names a folder whose embedded stores are kept, and found again by the next run. */
import { join } from 'node:path'
import { seed } from '../../seed/seed.ts'
import type { PartNeeds } from '../part.ts'
import { openWorld, type World } from '../world/world.ts'

export type Sized = {
  readonly size: number
  readonly world: World
}

const SEALERS = 2
/** Below, starting them takes longer than what they save. */
const SEALED_ALONE = 5000

export const openSized = async (
  size: number,
  { store, progress, signal, kept = true }: PartNeeds & { readonly kept?: boolean },
): Promise<Sized> => {
  const folder = kept && store === 'embedded' ? process.env.PROVE_SEEDED : undefined
  const storeOptions = folder ? { keptIn: join(folder, String(size)) } : {}
  const world = await openWorld({ store, processes: 0, storeOptions })
  const began = performance.now()
  const seeding = seed(world.foundations, {
    accounts: size,
    sealers: size > SEALED_ALONE ? SEALERS : 0,
    env: { ...world.store.settings, GUICHET_PASSWORDS_MEMORY: '1024', GUICHET_PASSWORDS_ITERATIONS: '1' },
    signal,
    progress: done => {
      const rate = done / ((performance.now() - began) / 1000)
      progress(`seeding ${done} of ${size}, ${Math.ceil((size - done) / rate)} s left`)
    },
  })
  try {
    await seeding
  } catch (fault) {
    await world.stop()
    throw fault
  }
  return { size, world }
}
