import type { NumberedPerson, PersonalData } from '../identity/person.ts'
import type { Envelope } from '../protection/vault.ts'
import type { AccountId, AccountRecord, AccountStore } from '../stores/contracts.ts'

export type PersonNeeds = { readonly accounts: Pick<AccountStore, 'find'>; readonly envelope: Envelope }

/** Opens what is known of the account's person. Throws when the envelope does not open: that is a fault. */
export const openPerson = async (envelope: Envelope, account: AccountRecord): Promise<PersonalData> =>
  // sealed from a PersonalData for this very account: nothing else opens
  (await envelope.open(account.id, account.sealed)) as PersonalData

const isNumbered = (person: PersonalData): person is NumberedPerson => person.nir !== undefined

/** Opens an account that has a number, as every one has that somebody found by its number. */
export const openNumbered = async (envelope: Envelope, account: AccountRecord): Promise<NumberedPerson> => {
  const person = await openPerson(envelope, account)
  if (isNumbered(person)) return person
  throw new Error('an account found by its number has none')
}

/** What is known of a person by the account's id, for claims and pages; undefined when there is no such account. */
export const makePersonReader =
  ({ accounts, envelope }: PersonNeeds) =>
  async (id: AccountId): Promise<{ account: AccountRecord; person: PersonalData } | undefined> => {
    const account = await accounts.find(id)
    return account && { account, person: await openPerson(envelope, account) }
  }
