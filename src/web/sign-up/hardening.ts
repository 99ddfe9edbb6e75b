import type { RecordStore } from '../../stores/contracts.ts'

/** A second control for a form whose number is claimed often: asked for once, and again for the form's next account. */
export type Hardening = {
  /** true the first time only. */
  begin(formId: string): Promise<boolean>
  end(formId: string): Promise<void>
}

const KIND = 'hardened'
const KEPT_MS = 30 * 60_000

export const makeHardening = ({
  records,
  clock,
}: {
  readonly records: Pick<RecordStore, 'putNew' | 'remove'>
  readonly clock: () => Date
}): Hardening => ({
  begin: async formId => (await records.putNew(KIND, formId, {}, new Date(clock().getTime() + KEPT_MS))) === 'put',
  end: formId => records.remove(KIND, formId),
})
