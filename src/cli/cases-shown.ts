/** Cases as an agent reads them. */
import type { CaseShown, PartyShown } from '../accounts/cases/agents.ts'
import type { CaseRecord } from '../stores/contracts-cases.ts'

const date = (at: Date | undefined): string => at?.toISOString() ?? 'never'

const CLAIMANT_SAYS: { readonly [says in CaseRecord['claimantSays']]: string } = {
  hasAccount: 'has an account',
  hasNone: 'has none',
  doesNotKnow: 'does not know',
}
const HOLDER_SAYS = { wasMe: 'it was me', wasNotMe: 'it was not me' } as const

const nextOf = ({ status, decision, dueBy, nextAt }: CaseRecord): string => {
  if (status === 'takingEffect' && decision) return `${decision.verdict}, takes effect now`
  if (status !== 'decided' || !decision) return `to be decided before ${date(dueBy)}`
  if (!nextAt) return `${decision.verdict}, decided by ${decision.by}: a second agent is to confirm it`
  return `${decision.verdict}, takes effect on ${date(decision.effectiveAt)}`
}

export const lineOf = (one: CaseRecord): string =>
  `${one.id}  ${one.status}  since ${date(one.openedAt)}  ${nextOf(one)}\n`

const partyText = (title: string, party: PartyShown | undefined): string => {
  if (!party) return `${title}  no such account\n`
  return [
    `${title}  ${party.account}  ${party.status}${party.verified ? ', verified' : ', declared'}`,
    `  signed up          ${date(party.createdAt)}`,
    `  activated          ${date(party.activatedAt)}`,
    `  password changed   ${date(party.passwordChangedAt)}`,
    `  e-mail             ${party.email}, confirmed ${date(party.emailVerifiedAt)}`,
    `  telephones         ${party.telephones.join(', ') || 'none'}`,
    '',
  ].join('\n')
}

export const textOf = ({ case: one, comparisons, claimant, holder }: CaseShown): string => {
  const compared = comparisons
    ? Object.entries(comparisons).map(([part, answer]) => `  ${part.padEnd(17)}  ${answer}\n`)
    : ['  nothing to compare: one of the accounts is gone, or was never verified\n']
  const says = one.holderSays ? HOLDER_SAYS[one.holderSays] : 'nothing yet'
  return [
    lineOf(one),
    'The number and name of the account that holds it, against who the claimant was verified to be:\n',
    ...compared,
    `The claimant said: ${CLAIMANT_SAYS[one.claimantSays]}; gave the password of that account: ${one.passwordGiven ? 'yes' : 'no'}.\n`,
    `Whoever signs in to that account said: ${says}.\n`,
    partyText('claimant', claimant),
    partyText('holder  ', holder),
  ].join('')
}
