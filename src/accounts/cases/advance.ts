/** What a case does by itself, step by step: a process may die between any two, and whoever looks next goes on. */
import type { CaseDecision, CaseId, CaseRecord } from '../../stores/contracts-cases.ts'
import { untilSettled } from '../attempts.ts'
import { makeCarryOut } from './carry-out.ts'
import { type CaseNeeds, stands, withoutCase } from './needs.ts'

/** A process that dies before the claimant's account is there leaves a case that nobody was told of. */
const ABANDONED_MS = 3_600_000

/** Takes the case as far as it can go now. Idempotent. */
export type Advance = (id: CaseId) => Promise<void>

type Closed = NonNullable<CaseRecord['closed']>

export const makeAdvance = (needs: CaseNeeds): Advance => {
  const { accounts, cases, telling, audit, clock } = needs
  const carryOut = makeCarryOut(needs)

  /** From then on the account stays as it is; its person is told with it. */
  const freezeHolder = (record: CaseRecord): Promise<'frozen' | 'gone'> =>
    untilSettled(async () => {
      const holder = await accounts.find(record.holder)
      if (!stands(holder)) return 'gone'
      if (holder.cases?.includes(record.id)) return 'frozen'
      const changed = await accounts.change(
        holder.id,
        holder.version,
        { cases: [...(holder.cases ?? []), record.id] },
        {
          events: [audit.event('case.opened', { case: record.id, claimant: record.claimant, holder: record.holder })],
          jobs: await telling.tell(record, 'holder', holder, { news: 'opened', at: record.openedAt.toISOString() }),
        },
      )
      if (changed === 'conflict') return 'again'
      return changed === 'changed' ? 'frozen' : 'gone'
    })

  const unfreeze = (account: CaseRecord['holder'], id: CaseId): Promise<'done'> =>
    untilSettled(async () => {
      const found = await accounts.find(account)
      if (!found?.cases?.includes(id)) return 'done'
      const changed = await accounts.change(found.id, found.version, withoutCase(found, id), {})
      return changed === 'conflict' ? 'again' : 'done'
    })

  const release = async (record: CaseRecord): Promise<void> => {
    await unfreeze(record.holder, record.id)
    await unfreeze(record.claimant, record.id)
    const { nextAt: _, ...over } = record
    await cases.change(over, record.version, {})
  }

  const close = async (record: CaseRecord, as: Closed['as'], jobs: Parameters<typeof cases.change>[2]['jobs'] = []) => {
    const at = clock()
    const closed: CaseRecord = { ...record, status: 'closed', closed: { as, at }, nextAt: at }
    const events = [audit.event('case.closed', { case: record.id, as })]
    const changed = await cases.change(closed, record.version, { events, jobs })
    if (changed === 'changed') await release({ ...closed, version: record.version + 1 })
  }

  const finishOpening = async (record: CaseRecord): Promise<void> => {
    const claimant = await accounts.find(record.claimant)
    if (!claimant) {
      const age = clock().getTime() - record.openedAt.getTime()
      if (age >= ABANDONED_MS) return close(record, 'abandoned')
      const nextAt = new Date(record.openedAt.getTime() + ABANDONED_MS)
      await cases.change({ ...record, nextAt }, record.version, {})
      return
    }
    // the identity opened another account meanwhile, by another form of the same person: that one claims nothing
    if (!claimant.cases?.includes(record.id)) return close(record, 'abandoned')
    // the number is free by now: nothing is left to decide, and the person may be told so by a human
    if ((await freezeHolder(record)) === 'gone') return close(record, 'keep')
    const { nextAt: _, ...open } = record
    await cases.change({ ...open, status: 'open' }, record.version, {
      jobs: await telling.tell(record, 'claimant', claimant, { news: 'opened', at: record.dueBy.toISOString() }),
    })
  }

  /** Whoever would undo or settle it comes first, or too late: the store says which, before anything is done. */
  const takeEffect = async (record: CaseRecord, { verdict }: CaseDecision): Promise<void> => {
    const begun: CaseRecord = { ...record, status: 'takingEffect' }
    if (record.status === 'decided' && (await cases.change(begun, record.version, {})) !== 'changed') return
    const carried = record.status === 'decided' ? { ...begun, version: record.version + 1 } : record
    const { as, jobs } = await carryOut(carried, verdict)
    await close(carried, as, jobs)
  }

  const isDue = ({ nextAt }: CaseRecord): boolean => nextAt !== undefined && nextAt <= clock()

  return async id => {
    const record = await cases.find(id)
    if (!record) return
    if (record.status === 'opening') return finishOpening(record)
    if (record.status === 'closed' && record.nextAt) return release(record)
    if (record.decision && isDue(record)) await takeEffect(record, record.decision)
  }
}

/** Those whose moment has come, for each minute; says how many. What fails is tried again at the next one. */
export const makeAdvanceDue =
  ({
    cases,
    advance,
    clock,
    failed,
  }: {
    readonly cases: Pick<CaseNeeds['cases'], 'due'>
    readonly advance: Advance
    readonly clock: () => Date
    readonly failed: (id: CaseId, fault: unknown) => void
  }) =>
  async (limit: number): Promise<number> => {
    const due = await cases.due(clock(), limit)
    let done = 0
    for (const { id } of due) {
      try {
        await advance(id)
        done += 1
      } catch (fault) {
        failed(id, fault)
      }
    }
    return done
  }
