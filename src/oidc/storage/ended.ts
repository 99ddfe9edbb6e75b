/** Sessions that ended a moment ago, by their uid: requests still on their way must not bring them back. */
import type { ArtefactStore } from '../../stores/contracts.ts'

const MODEL = 'EndedSession'
/** Longer than any request lasts. */
const REMEMBERED_MS = 10 * 60_000
/** Sign-ins at the same moment may have left several records of one session. */
const MOST_RECORDS = 16

export const isEnded = async (artefacts: ArtefactStore, uid: string): Promise<boolean> =>
  (await artefacts.find(MODEL, uid)) !== undefined

/** Ends every record of a session, and remembers it. Of several at once, one is told that it has ended it. */
export const endSessionRecords = async (
  artefacts: ArtefactStore,
  uid: string,
  now: Date,
): Promise<'now' | 'before'> => {
  const until = new Date(now.getTime() + REMEMBERED_MS)
  const first = await artefacts.unique(`${MODEL}\0${uid}`, until)
  await artefacts.upsert(MODEL, uid, { payload: { ended: true } }, until)
  for (let records = 0; records < MOST_RECORDS; records += 1) {
    const found = await artefacts.findByUid('Session', uid)
    if (typeof found?.payload.jti !== 'string') break
    await artefacts.destroy('Session', found.payload.jti)
  }
  return first ? 'now' : 'before'
}
