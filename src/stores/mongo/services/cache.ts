import type { ServiceRecord } from '../../contracts.ts'
import type { ServiceDocument } from './documents.ts'
import { recordOf } from './documents.ts'

/** How old an answer from memory may be, in ms: another process's change is seen within 10 s, reading it included. */
const freshFor = 8_000
/** Of services known at once; the one read longest ago goes first. */
const mostKnown = 10_000

type Known = { readonly incarnation: string; readonly record: ServiceRecord; readonly readAt: number }

export type ServiceCache = {
  find(id: string): Promise<ServiceRecord | undefined>
  /** This process changed it: its next look reads it. */
  forget(id: string): void
}

/** `read` gives the document as it stands. Looks for one service that come together are one read. */
export const makeServiceCache = (
  read: (id: string) => Promise<ServiceDocument | undefined>,
  clock: () => Date,
): ServiceCache => {
  const known = new Map<string, Known>()
  const reading = new Map<string, Promise<ServiceRecord | undefined>>()

  const remember = (id: string, document: ServiceDocument | undefined, readAt: number): ServiceRecord | undefined => {
    const former = known.get(id)
    known.delete(id)
    if (!document) return undefined
    const { incarnation, version } = document
    const isSame = former?.incarnation === incarnation && former.record.version === version
    const record = isSame ? former.record : recordOf(document)
    known.set(id, { incarnation, record, readAt })
    const [oldest] = known.keys()
    if (known.size > mostKnown && oldest !== undefined) known.delete(oldest)
    return record
  }

  const readAnew = (id: string): Promise<ServiceRecord | undefined> => {
    const readAt = clock().getTime()
    const answer: Promise<ServiceRecord | undefined> = read(id).then(document =>
      // a change of ours came while it was read: what was read may be older
      reading.get(id) === answer ? remember(id, document, readAt) : document && recordOf(document),
    )
    reading.set(id, answer)
    const done = () => {
      if (reading.get(id) === answer) reading.delete(id)
    }
    answer.then(done, done)
    return answer
  }

  return {
    async find(id) {
      const found = known.get(id)
      const age = clock().getTime() - (found?.readAt ?? 0)
      if (found && age >= 0 && age < freshFor) return found.record
      return reading.get(id) ?? readAnew(id)
    },

    forget(id) {
      const former = known.get(id)
      if (former) known.set(id, { ...former, readAt: 0 })
      reading.delete(id)
    },
  }
}
