/** One update of one account: what it sets, what it removes, and the effect that it carries. */
import { type AccountChange, type AccountStatus, type Effects, StoreAway } from '../../contracts.ts'
import { carrying, hasRoom, isFull, type PendingEffect, shown } from '../documents.ts'
import type { AccountDocument } from './documents.ts'
import type { AccountNeeds } from './needs.ts'

type Fields = { readonly [name: string]: unknown }

/** `undefined` removes. */
export const updateOf = (change: Fields, effect: PendingEffect | undefined) => {
  const entries = Object.entries(change)
  const removed = entries.filter(([, value]) => value === undefined).map(([name]) => [name, 1])
  return {
    $set: Object.fromEntries(entries.filter(([, value]) => value !== undefined)),
    ...(removed.length > 0 && { $unset: Object.fromEntries(removed) }),
    $inc: { version: 1 },
    ...carrying(effect),
  }
}

/** From which statuses `change` may come to one by itself; the others take or give back a number, and have a method of their own. */
const freelyFrom: { readonly [to in AccountStatus]: readonly AccountStatus[] } = {
  pending: ['pending'],
  active: ['active', 'suspended'],
  suspended: ['active', 'suspended'],
  closed: ['closed'],
}

export const makeChange =
  ({ accounts, carriers, effects, ask }: AccountNeeds) =>
  async (
    id: string,
    version: number,
    change: AccountChange,
    given: Effects,
  ): Promise<'changed' | 'conflict' | 'gone'> => {
    const effect = effects.of(given)
    const from = change.status && freelyFrom[change.status]
    const { modifiedCount } = await ask(() =>
      accounts.updateOne(
        { _id: id, version, ...shown, ...hasRoom, ...(from && { status: { $in: from } }) },
        updateOf(change, effect),
      ),
    )
    if (modifiedCount === 1) {
      await effects.bring(carriers, id, effect)
      return 'changed'
    }
    const found = await ask(() => accounts.findOne({ _id: id }).lean<AccountDocument>())
    if (!found || found.hidden) return 'gone'
    if (found.version !== version) return 'conflict'
    if (from && !from.includes(found.status)) throw new Error(`an account does not become ${change.status} by a change`)
    if (isFull(found)) throw new StoreAway('what came with former acts on this account is still to be written')
    return 'conflict'
  }
