import type { CaseNews, Outbox } from '../../mail/outbox.ts'
import type { Envelope } from '../../protection/vault.ts'
import type { AccountRecord, AccountStore, NewJob } from '../../stores/contracts.ts'
import type { CaseRecord } from '../../stores/contracts-cases.ts'
import { openPerson } from '../person.ts'

export type Party = 'claimant' | 'holder'

/** The mails of a case: at the address that the account has now, confirmed or not, for it tells nothing of anybody. */
export const makeTelling = ({ envelope, outbox }: { readonly envelope: Envelope; readonly outbox: Outbox }) => {
  const tell = async (
    { id }: Pick<CaseRecord, 'id'>,
    party: Party,
    account: AccountRecord | undefined,
    news: CaseNews,
  ): Promise<readonly NewJob[]> => {
    if (!account) return []
    const { email } = await openPerson(envelope, account)
    const { language } = account
    return [outbox.mail('case', { reference: id, party, accountId: account.id, to: email, language, ...news })]
  }
  return {
    tell,
    /** Both of them, as they stand. */
    tellBoth: async (
      accounts: Pick<AccountStore, 'find'>,
      one: Pick<CaseRecord, 'id' | 'claimant' | 'holder'>,
      news: CaseNews,
    ): Promise<readonly NewJob[]> => [
      ...(await tell(one, 'claimant', await accounts.find(one.claimant), news)),
      ...(await tell(one, 'holder', await accounts.find(one.holder), news)),
    ],
  }
}

export type Telling = ReturnType<typeof makeTelling>
