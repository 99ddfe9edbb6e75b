/** After a rotation: every account's envelope and look-up keys under the keys of today, in batches, while servers run. */
import type { Audit } from '../audit/log.ts'
import { normaliseEmail } from '../identity/email.ts'
import { type Patience, patiently } from '../operations/patience.ts'
import type { Envelope, Lookup } from '../protection/vault.ts'
import type { AccountId, AccountRecord, AccountStore, Rekeyed } from '../stores/contracts.ts'
import { openPerson } from './person.ts'

export type Resealed = {
  /** How many accounts were put under newer keys; the others lay under them already, or were put there as the store went away. */
  readonly resealed: number
  /** Numbers that another account holds under a newer key: two holders, which an agent must settle. */
  readonly contested: readonly AccountId[]
  /** false: it was stopped. Run again, it passes quickly over what is done. */
  readonly whole: boolean
}

export type ResealNeeds = {
  readonly accounts: Pick<AccountStore, 'walk' | 'find' | 'rekey'>
  readonly envelope: Envelope
  readonly lookup: Lookup
  readonly audit: Audit
  /** How long a store that is away is waited for. */
  readonly patience?: Patience
}

export type ResealRequest = {
  readonly actor: string
  /** After each batch: how many accounts were looked at so far. */
  readonly progress?: (looked: number) => void
  readonly signal?: AbortSignal
}

/** One write holds the store for so many accounts at most. */
const BATCH = 50
const ROUNDS = 20

/** Run once every process has the new keys: one that has not may still write under the former ones. */
export const makeReseal = ({ accounts, envelope, lookup, audit, patience }: ResealNeeds) => {
  const isCurrent = ({ sealed, nirKeys, emailKeys, identityKeys }: AccountRecord): boolean =>
    !envelope.isStale(sealed) && lookup.areWhole(nirKeys) && lookup.isWhole(emailKeys) && lookup.areWhole(identityKeys)

  const rekeyed = async (account: AccountRecord): Promise<Rekeyed> => {
    const person = await openPerson(envelope, account)
    return {
      id: account.id,
      version: account.version,
      sealed: await envelope.seal(account.id, person),
      nirKeys: person.nir && account.nirKeys.length > 0 ? lookup.nir(person.nir.number) : [],
      emailKeys: lookup.email(normaliseEmail(person.email)),
      identityKeys: (person.identities ?? []).flatMap(({ issuer, sub }) => lookup.identity(issuer, sub)),
    }
  }

  const readAgain = async (ids: readonly AccountId[]): Promise<readonly AccountRecord[]> =>
    (await Promise.all(ids.map(id => accounts.find(id)))).filter(account => account !== undefined)

  /** Those that somebody changed meanwhile are read again. */
  const resealAll = async (found: readonly AccountRecord[]) => {
    const contested: AccountId[] = []
    let resealed = 0
    let left = found.filter(account => !isCurrent(account))
    for (let round = 0; left.length > 0; round += 1) {
      if (round === ROUNDS) throw new Error('accounts are changed faster than they are re-sealed')
      const asked = await Promise.all(left.map(rekeyed))
      const outcomes = await accounts.rekey(asked)
      const those = (kind: (typeof outcomes)[number]) =>
        asked.filter((_, at) => outcomes[at] === kind).map(({ id }) => id)
      resealed += those('changed').length
      contested.push(...those('held'))
      left = (await readAgain(those('conflict'))).filter(account => !isCurrent(account))
    }
    return { resealed, contested }
  }

  return async ({ actor, progress, signal }: ResealRequest): Promise<Resealed> => {
    const contested: AccountId[] = []
    let resealed = 0
    let looked = 0
    let last: AccountId | undefined
    let batch: readonly AccountRecord[]
    do {
      batch = await patiently(() => accounts.walk(last, BATCH), patience)
      const found = batch
      // what was done before the store went away is found done
      const done = await patiently(() => resealAll(found), patience)
      resealed += done.resealed
      contested.push(...done.contested)
      looked += batch.length
      last = batch.at(-1)?.id
      progress?.(looked)
    } while (batch.length === BATCH && !signal?.aborted)
    if (resealed > 0) await audit.record('account.resealed', { count: resealed, actor })
    return { resealed, contested, whole: batch.length < BATCH }
  }
}
