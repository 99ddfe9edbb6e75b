/** A world with so many people in its store. PROVE_SEEDED names a folder whose stores are kept, and found again by the next run. */
import { join } from 'node:path'
import { seed } from '../../seed/seed.ts'
import type { PartNeeds } from '../part.ts'
import { openWorld, type World } from '../world/world.ts'
import { preparedWhile } from './plans.ts'

export type Sized = {
  readonly size: number
  readonly world: World
  /** Every statement that opening its store prepared. */
  readonly statements: readonly string[]
  /** Where the embedded store lies. */
  readonly dataDir: string
}

const SEALERS = 2
/** Below, starting them takes longer than what they save. */
const SEALED_ALONE = 5000

export const openSized = async (
  size: number,
  { store, progress, signal, kept = true }: PartNeeds & { readonly kept?: boolean },
): Promise<Sized> => {
  const folder = kept ? process.env.PROVE_SEEDED : undefined
  const settings = folder ? { GUICHET_DATA_DIR: join(folder, String(size)) } : {}
  const { opened: world, statements } = await preparedWhile(() => openWorld({ store, processes: 0, settings }))
  const began = performance.now()
  const seeding = seed(world.foundations, {
    accounts: size,
    sealers: size > SEALED_ALONE ? SEALERS : 0,
    env: { ...world.store.settings, ...settings, GUICHET_PASSWORDS_MEMORY: '1024', GUICHET_PASSWORDS_ITERATIONS: '1' },
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
  return { size, world, statements, dataDir: world.foundations.configuration.config.dataDir }
}
