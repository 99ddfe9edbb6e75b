import { openPerson } from '../accounts/person.ts'
import type { Envelope, Lookup } from '../protection/vault.ts'
import type { AccountRecord, AccountStore } from '../stores/contracts.ts'

/** Of each batch, the first one and every so many after it. */
const ONE_IN = 64

export type SampleNeeds = {
  readonly envelope: Envelope
  readonly lookup: Lookup
  /** Of the store that they were copied to. */
  readonly accounts: Pick<AccountStore, 'findHolder'>
}

/** Whether a sample of accounts opens under these keys, and whoever holds a number is found there by it. */
export const makeSample = ({ envelope, lookup, accounts }: SampleNeeds) => {
  const isReadable = async (account: AccountRecord): Promise<boolean> => {
    const person = await openPerson(envelope, account).catch(() => undefined)
    if (!person) return false
    if (account.status !== 'active' && account.status !== 'suspended') return true
    const { nir } = person
    if (account.nirKeys.length === 0 || !nir) return account.nirKeys.length === 0
    return (await accounts.findHolder(lookup.nir(nir.number)))?.id === account.id
  }

  return async (batch: readonly AccountRecord[]): Promise<boolean> => {
    const sample = batch.filter((_, at) => at % ONE_IN === 0)
    return (await Promise.all(sample.map(isReadable))).every(Boolean)
  }
}
