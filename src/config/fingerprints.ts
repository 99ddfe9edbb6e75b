/** Keys that a store cannot change under it: their fingerprints are settled in it at the first start. */
import { createHash } from 'node:crypto'
import { StartError } from '../operations/errors.ts'
import { deriveKey, type Key, type Keyring } from '../protection/keyrings.ts'
import type { FactStore } from '../stores/contracts.ts'
import type { Keys } from './keys.ts'

const fingerprint = (key: Key): string =>
  createHash('sha256').update(deriveKey(key, 'guichet:fingerprint')).digest('base64url')

type Settled = { readonly fact: string; readonly key: Key | undefined; readonly harm: string }

/** A ring grows at its front, and these two never lose their oldest one; one that is announced may stand behind it. */
const oldest = (ring: Keyring): Key | undefined => ring.findLast(({ next }) => !next)

const settledKeys = ({ pairwise, lookup, personal }: Keys): readonly Settled[] => [
  { fact: 'key.pairwise', key: pairwise, harm: 'services would no longer know anybody' },
  { fact: 'key.lookup', key: oldest(lookup), harm: 'two people could hold one number' },
  { fact: 'key.personal', key: oldest(personal), harm: "nobody's data could be read" },
]

/** Throws StartError when these keys are not those that the store was begun with. */
export const refuseOtherKeys = async (keys: Keys, facts: Pick<FactStore, 'settle'>): Promise<void> => {
  for (const { fact, key, harm } of settledKeys(keys)) {
    if (!key) throw new Error(`the key of ${fact} is missing`)
    const own = fingerprint(key)
    if ((await facts.settle(fact, own)) === own) continue
    throw new StartError(
      `The keys are not those of this data (${fact}): with them ${harm}; give back the file of keys that was used before.`,
    )
  }
}
