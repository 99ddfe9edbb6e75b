import { randomBytes } from 'node:crypto'
import type { AccountStore, Effects } from '../../contracts.ts'
import { carrying, shown } from '../documents.ts'
import type { Removals } from '../effects/carriers.ts'
import { type AccountDocument, heldBy } from './documents.ts'
import type { AccountNeeds } from './needs.ts'

/** A purge that was slower than this may have been taken over by another one, and leaves the rest to it. */
const purgeTakesAtMost = 20_000
const purgeLeftAfter = 60_000
/** One document lists them. */
const mostAtOnce = 1_000

/** What goes with an account that goes: claims that an activation cut short may have left, and the documents of a purge. */
export const makeRemovals = ({
  accounts,
  holders,
  ask,
}: Pick<AccountNeeds, 'accounts' | 'holders' | 'ask'>): Removals => ({
  release: holders.release,

  async erase(ids, purge) {
    const left = await ask(() =>
      accounts
        .find({ _id: { $in: [...ids] } }, { nirKeys: 1, identityKeys: 1 })
        .lean<Pick<AccountDocument, '_id' | 'nirKeys' | 'identityKeys'>[]>(),
    )
    for (const document of left) await holders.release(await holders.releasesOf(document._id, heldBy(document)))
    await ask(() => accounts.deleteMany({ _id: { $in: [...ids] }, hidden: 'purging', purge }))
  },
})

type Erasing = Pick<AccountStore, 'erasePending' | 'purgePending'>

/** An account that goes is marked first, with what comes of it, and then for nobody there; its document is deleted last. */
export const makeErase = ({ accounts, holders, carriers, effects, ask, clock, step }: AccountNeeds): Erasing => {
  /** Those that no purge has marked, or one that died. */
  const purgeable = () => {
    const left = new Date(clock().getTime() - purgeLeftAfter)
    return [shown, { hidden: 'purging' as const, hiddenAt: { $lt: left } }]
  }

  const candidates = async (createdBefore: Date, limit: number): Promise<readonly string[]> => {
    const found = await ask(() =>
      accounts
        .find({ status: 'pending', createdAt: { $lt: createdBefore }, $or: purgeable() }, { _id: 1 })
        .sort({ createdAt: 1 })
        .limit(limit)
        .lean(),
    )
    return found.map(({ _id }) => _id)
  }

  const mark = async (ids: readonly string[], purge: string): Promise<readonly string[]> => {
    await ask(() =>
      accounts.updateMany(
        { _id: { $in: [...ids] }, status: 'pending', $or: purgeable() },
        { $set: { hidden: 'purging', hiddenAt: clock(), purge }, $unset: { claims: 1 }, $inc: { version: 1 } },
      ),
    )
    const marked = await ask(() => accounts.find({ _id: { $in: [...ids] }, purge }, { _id: 1 }).lean())
    return marked.map(({ _id }) => _id)
  }

  /** One of those marked carries what comes of all of them. */
  const eraseMarked = async (marked: readonly string[], purge: string, given: Effects): Promise<boolean> => {
    const [first = ''] = marked
    const effect = effects.of(given, { erases: marked }, purge)
    const { modifiedCount } = await ask(() =>
      accounts.updateOne(
        { _id: first, hidden: 'purging', purge },
        { $set: { hidden: 'erased' }, $unset: { purge: 1 }, ...carrying(effect) },
      ),
    )
    if (modifiedCount === 0) return false
    await step('accounts erased')
    await effects.bring(carriers, first, effect)
    return true
  }

  return {
    async erasePending(id, given) {
      const found = await ask(() => accounts.findOne({ _id: id }).lean<AccountDocument>())
      if (!found || found.hidden) return 'gone'
      if (found.status !== 'pending') return 'notPending'
      const releases = await holders.releasesOf(id, found.nirKeys)
      const effect = effects.of(given, { releases })
      const { modifiedCount } = await ask(() =>
        accounts.updateOne(
          { _id: id, status: 'pending', ...shown },
          {
            $set: { hidden: 'erased', hiddenAt: clock() },
            $unset: { claims: 1 },
            $inc: { version: 1 },
            ...carrying(effect),
          },
        ),
      )
      if (modifiedCount === 1) {
        await effects.bringErased(carriers, id, effect)
        return 'erased'
      }
      const now = await ask(() => accounts.findOne({ _id: id }).lean<AccountDocument>())
      return !now || now.hidden ? 'gone' : 'notPending'
    },

    async purgePending(createdBefore, limit, given) {
      const ids = await candidates(createdBefore, Math.min(limit, mostAtOnce))
      if (ids.length === 0) return 0
      const purge = randomBytes(16).toString('base64url')
      const started = performance.now()
      const marked = await mark(ids, purge)
      if (marked.length === 0 || performance.now() - started > purgeTakesAtMost) return 0
      await step('accounts marked')
      return (await eraseMarked(marked, purge, given(marked.length))) ? marked.length : 0
    },
  }
}
