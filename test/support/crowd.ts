import type { Keys } from '../../src/config/keys.ts'
import { fictitiousNir } from '../../src/identity/fictitious-nir.ts'
import { makeEnvelope } from '../../src/protection/envelope.ts'
import { makeLookup } from '../../src/protection/lookup.ts'
import type { Stores } from '../../src/stores/contracts.ts'
import { anId, aPendingAccount } from '../builders/records.ts'

const BATCH = 250

/** So many active accounts sealed under these keys. */
export const aCrowd = async (
  { accounts }: Pick<Stores, 'accounts'>,
  keys: Pick<Keys, 'personal' | 'lookup' | 'index'>,
  many: number,
): Promise<void> => {
  const envelope = makeEnvelope(keys.personal)
  const lookup = makeLookup({ ring: keys.lookup, index: keys.index })
  const made = await Promise.all(
    Array.from({ length: many }, async (_, nth) => {
      const id = anId()
      const nir = fictitiousNir(nth)
      const email = `p${nth}@exemple.fr`
      return aPendingAccount({
        id,
        status: 'active',
        sealed: await envelope.seal(id, { nir, email }),
        nirKeys: lookup.nir(nir.number),
        emailKeys: lookup.email(email),
      })
    }),
  )
  for (let from = 0; from < many; from += BATCH) await accounts.import(made.slice(from, from + BATCH))
}
