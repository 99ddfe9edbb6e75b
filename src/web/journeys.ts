import type Router from '@koa/router'
import type { makePersonReader } from '../accounts/person.ts'
import type { Interactions } from '../oidc/contracts.ts'
import type { Challenges } from '../protection/challenge/challenge.ts'
import { type ConnectionsPageNeeds, connectionsPages } from './account/connections-pages.ts'
import { type OwnEmailPageNeeds, ownEmailPages } from './account/email-pages.ts'
import { type MailedLinkPageNeeds, mailedLinkPages } from './account/mailed-links.ts'
import { type OwnPasswordPageNeeds, ownPasswordPages } from './account/password-pages.ts'
import { type ActivationPageNeeds, activationPages } from './activation/pages.ts'
import { type CasePageNeeds, casePages } from './cases/pages.ts'
import { challengePages } from './challenge/pages.ts'
import { consentPages } from './consent/pages.ts'
import { type BackPageNeeds, federationBackPages } from './federation/back-pages.ts'
import { federationBeginPages } from './federation/begin-pages.ts'
import { type ClaimPageNeeds, claimPages } from './federation/claim-pages.ts'
import { type CompletePageNeeds, completePages } from './federation/complete-pages.ts'
import { type LinkPageNeeds, linkPages } from './federation/link-pages.ts'
import { type MovePageNeeds, movePages } from './federation/move-pages.ts'
import { type NumberPageNeeds, numberPages } from './federation/number-pages.ts'
import { questionPages } from './federation/question-pages.ts'
import { homePages } from './home/pages.ts'
import { informationPages, type OperatorTexts } from './information/pages.ts'
import { type NewPasswordPageNeeds, newPasswordPages } from './recovery/password-pages.ts'
import { type MailRequestPageNeeds, mailRequestPages } from './recovery/request-pages.ts'
import { continuePages } from './sign-in/continue-pages.ts'
import { type SignInPageNeeds, signInPages } from './sign-in/pages.ts'
import { requestPages } from './sign-in/request-pages.ts'
import { type TermsPageNeeds, termsPages } from './sign-in/terms-pages.ts'
import { signOutPages } from './sign-out/pages.ts'
import { type CheckMailboxPageNeeds, checkMailboxPages } from './sign-up/check-mailbox-pages.ts'
import { type SignUpPageNeeds, signUpPages } from './sign-up/pages.ts'
import { townsPage } from './sign-up/towns-page.ts'

export type JourneyNeeds = SignUpPageNeeds &
  CheckMailboxPageNeeds &
  ActivationPageNeeds &
  SignInPageNeeds &
  TermsPageNeeds &
  MailRequestPageNeeds &
  NewPasswordPageNeeds &
  BackPageNeeds &
  CompletePageNeeds &
  LinkPageNeeds &
  NumberPageNeeds &
  MovePageNeeds &
  ClaimPageNeeds &
  CasePageNeeds &
  MailedLinkPageNeeds &
  ConnectionsPageNeeds &
  OwnPasswordPageNeeds &
  OwnEmailPageNeeds & {
    readonly interactions: Interactions
    readonly challenges: Challenges
    readonly readPerson: ReturnType<typeof makePersonReader>
    readonly texts: OperatorTexts
  }

/** Every journey's pages. Fixed paths come before those with an id. */
export const journeys = (needs: JourneyNeeds): readonly ((router: Router) => void)[] => {
  const readPerson = async (account: string) => {
    const read = await needs.readPerson(account)
    if (!read) throw new Error('the account of a session cannot be read')
    return read.person
  }
  return [
    homePages(needs),
    informationPages(needs),
    challengePages(needs),
    townsPage({ towns: needs.rules.towns }),
    checkMailboxPages(needs),
    newPasswordPages(needs),
    mailRequestPages(needs),
    signUpPages(needs),
    activationPages(needs),
    requestPages(needs),
    federationBeginPages(needs),
    federationBackPages(needs),
    questionPages(needs),
    numberPages(needs),
    linkPages(needs),
    movePages(needs),
    claimPages(needs),
    completePages(needs),
    mailedLinkPages(needs),
    connectionsPages(needs),
    ownPasswordPages(needs),
    ownEmailPages(needs),
    continuePages({ ...needs, nameOf: async account => (await readPerson(account)).birthName }),
    casePages(needs),
    termsPages(needs),
    signInPages(needs),
    consentPages({ ...needs, readPerson }),
    signOutPages(needs),
  ]
}
