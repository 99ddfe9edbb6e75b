/**
 * What a request gives out is saved at once, just before its answer leaves: one wait for all. A request that fails saves none that
 * was still to be saved, and one whose records could not be saved fails: nothing of its answer is sent.
 */
import { AsyncLocalStorage } from 'node:async_hooks'

type Save = () => Promise<unknown>

const gathering = new AsyncLocalStorage<Save[]>()

/** Together, and in their order where they go out in one write. */
const saveAll = async (saves: readonly Save[]): Promise<void> => {
  await Promise.all(saves.map(async save => save()))
}

/** Saved at the end of a request that gathers, else at once. Never for what ends or consumes something. */
export const saveWithOthers = async (save: Save): Promise<void> => {
  const gathered = gathering.getStore()
  if (gathered) gathered.push(save)
  else await save()
}

/** Together with what was gathered so far. */
export const saveNow = (save: Save): Promise<void> => saveAll([...(gathering.getStore()?.splice(0) ?? []), save])

/** The request is answered by an error: what it would have given out is nobody's. */
export const forgetSaves = (): void => {
  gathering.getStore()?.splice(0)
}

/** What `act` gives to be saved with others is saved at its end. */
export const gatherSaves = (act: () => Promise<void>): Promise<void> => {
  const gathered: Save[] = []
  return gathering.run(gathered, async () => {
    await act()
    if (gathered.length > 0) await saveAll(gathered)
  })
}
