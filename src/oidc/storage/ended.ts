/** Sessions that ended a moment ago, by their uid: requests still on their way must not bring them back. */
import { setTimeout as wait } from 'node:timers/promises'
import type { ArtefactStore } from '../../stores/contracts.ts'

/** Longer than any request lasts. */
const REMEMBERED_MS = 10 * 60_000
/** By then no request that began before now is still on its way: until then, what ended now is remembered. */
export const afterAnyRequest = (now: Date): Date => new Date(now.getTime() + REMEMBERED_MS)

/** Carried out of the library when it saves a Grant that has ended: it must be made under another id. */
export class EndedGrant extends Error {
  override readonly name = 'EndedGrant'
}

/** Sign-ins at the same moment may have left several records of one session. */
const MOST_RECORDS = 16

/** Whoever announces the end of a session has so long to do it; when they died, the next one does. */
const ANNOUNCING_MS = 3_000
const STEP_MS = 20

/** Of several who end a session at once, one announces it, before it ends; the others wait until it has. */
export const isToAnnounce = async (artefacts: ArtefactStore, uid: string, clock: () => Date): Promise<boolean> => {
  const last = clock().getTime() + 2 * ANNOUNCING_MS
  while (clock().getTime() < last) {
    if (await artefacts.isSessionEnded(uid)) return false
    const until = new Date(clock().getTime() + ANNOUNCING_MS)
    if (await artefacts.unique(`ending\0${uid}`, until)) return true
    await wait(STEP_MS)
  }
  return true
}

/** Ends every record of a session, and remembers it. */
export const endSessionRecords = async (artefacts: ArtefactStore, uid: string, now: Date): Promise<void> => {
  await artefacts.rememberSessionEnd(uid, afterAnyRequest(now))
  for (let records = 0; records < MOST_RECORDS; records += 1) {
    const found = await artefacts.findByUid('Session', uid)
    if (typeof found?.payload.jti !== 'string') return
    await artefacts.destroy('Session', found.payload.jti)
  }
}
