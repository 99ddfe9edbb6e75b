/**
 * A session takes a new id when a request is resumed. Another request that this browser began in it, and was answering at that
 * moment under the former id (another tab, a second click), still finds it: else the library would begin an empty session, whose
 * cookie would take the place. The former id is worth nothing else, nor to anybody else.
 */
import { setTimeout as wait } from 'node:timers/promises'
import type { ArtefactStore, FoundArtefact } from '../../stores/contracts.ts'

const MODEL = 'FormerSession'
/** Longer than a request is on its way. */
const REMEMBERED_MS = 60_000
/** Between the end of the former id and the record under the new one. */
const PATIENCE_MS = 2000
const STEP_MS = 20

/** Before the record goes. Without an account it is not remembered: an id that somebody planted leads to nobody's session. */
export const rememberFormer = async (artefacts: ArtefactStore, id: string, now: Date): Promise<void> => {
  const { uid, accountId } = (await artefacts.find('Session', id))?.payload ?? {}
  if (typeof uid !== 'string' || typeof accountId !== 'string') return
  await artefacts.upsert(MODEL, id, { payload: { uid, accountId }, accountId }, new Date(now.getTime() + REMEMBERED_MS))
}

/** The same account's session, whatever its id now; undefined once it has ended. */
export const findByFormer = async (artefacts: ArtefactStore, id: string): Promise<FoundArtefact | undefined> => {
  const { uid, accountId } = (await artefacts.find(MODEL, id))?.payload ?? {}
  if (typeof uid !== 'string') return undefined
  for (let waited = 0; waited < PATIENCE_MS; waited += STEP_MS) {
    if (await artefacts.isSessionEnded(uid)) return undefined
    const session = await artefacts.findByUid('Session', uid)
    if (session) return session.payload.accountId === accountId ? session : undefined
    await wait(STEP_MS)
  }
  return undefined
}
