/** Requests answered a moment ago, by their uid: a second click then leads on where the first one did. */
import type { ArtefactStore } from '../../stores/contracts.ts'

const MODEL = 'AnsweredRequest'
const REMEMBERED_MS = 60_000

export const rememberAnswered = async (artefacts: ArtefactStore, uid: string, now: Date): Promise<void> => {
  await artefacts.upsert(MODEL, uid, { payload: {} }, new Date(now.getTime() + REMEMBERED_MS))
}

export const wasJustAnswered = async (artefacts: ArtefactStore, uid: string): Promise<boolean> =>
  (await artefacts.find(MODEL, uid)) !== undefined
