/** What agents see of a case: comparisons, ages, masked contacts and what each party answered; never the number. */
import type { Audit } from '../../audit/log.ts'
import type { Answer } from '../../identity/answer.ts'
import { compareBirthNames } from '../../identity/birth-names.ts'
import { maskEmail, maskTelephone } from '../../identity/masking.ts'
import type { PersonalData } from '../../identity/person.ts'
import type { Envelope } from '../../protection/vault.ts'
import type { AccountRecord, AccountStore } from '../../stores/contracts.ts'
import type { CaseId, CaseRecord, CaseStore } from '../../stores/contracts-cases.ts'
import { type CrossCheckNumber, checkOf } from '../linking/reconcile.ts'
import { openPerson } from '../person.ts'

export type PartyShown = {
  readonly account: string
  readonly status: AccountRecord['status']
  readonly createdAt: Date
  readonly activatedAt: Date | undefined
  readonly passwordChangedAt: Date | undefined
  readonly emailVerifiedAt: Date | undefined
  /** Verified by an upstream. */
  readonly verified: boolean
  readonly email: string
  readonly telephones: readonly string[]
}

/** The number and the name of the account that holds it, against what the claimant was verified by. */
export type Comparisons = {
  readonly [part in 'sex' | 'year' | 'month' | 'place' | 'birthName']: Answer
}

export type CaseShown = {
  readonly case: CaseRecord
  readonly comparisons: Comparisons | undefined
  readonly claimant: PartyShown | undefined
  readonly holder: PartyShown | undefined
}

export type CaseAgentNeeds = {
  readonly accounts: Pick<AccountStore, 'find'>
  readonly cases: Pick<CaseStore, 'find' | 'listOpen'>
  readonly crossCheck: CrossCheckNumber
  readonly envelope: Envelope
  readonly audit: Audit
}

const shown = (account: AccountRecord, { email, telephones, verified }: PersonalData): PartyShown => ({
  account: account.id,
  status: account.status,
  createdAt: account.createdAt,
  activatedAt: account.activatedAt,
  passwordChangedAt: account.passwordChangedAt,
  emailVerifiedAt: account.emailVerifiedAt,
  verified: verified !== undefined,
  email: maskEmail(email),
  telephones: [telephones.mobile, telephones.landline].filter(one => one !== undefined).map(maskTelephone),
})

export const makeCaseAgents = ({ accounts, cases, crossCheck, envelope, audit }: CaseAgentNeeds) => {
  const compared = (holder: PersonalData, claimant: PersonalData): Comparisons | undefined => {
    const identity = claimant.verified?.identity
    if (!identity) return undefined
    const { sex, year, month, place } = checkOf(crossCheck, holder, identity)
    return { sex, year, month, place, birthName: compareBirthNames(holder.birthName, identity.familyName) }
  }

  return {
    list: (): Promise<readonly CaseRecord[]> => cases.listOpen(),

    async show(id: CaseId, by: { readonly actor: string; readonly reason: string }): Promise<CaseShown | undefined> {
      const record = await cases.find(id)
      if (!record) return undefined
      await audit.record('case.shown', { case: id, ...by })
      const [claimant, holder] = await Promise.all([accounts.find(record.claimant), accounts.find(record.holder)])
      const claiming = claimant && (await openPerson(envelope, claimant))
      const holding = holder && (await openPerson(envelope, holder))
      return {
        case: record,
        comparisons: claiming && holding ? compared(holding, claiming) : undefined,
        claimant: claimant && claiming && shown(claimant, claiming),
        holder: holder && holding && shown(holder, holding),
      }
    },
  }
}
