/** Every limit in one list. A test holds each against its uses. Waits and windows are in seconds. */
import type { CountPolicy, WaitPolicy } from '../stores/contracts.ts'

const minute = 60
const hour = 3600
const day = 24 * hour

type Limits = {
  readonly [name: string]: (
    | { readonly kind: 'wait'; readonly policy: WaitPolicy }
    | { readonly kind: 'count'; readonly policy: CountPolicy }
    | { readonly kind: 'distinct'; readonly policy: CountPolicy }
  ) & { readonly meaning: string }
}

export const limits = {
  // waits of 100 minutes at most: 25 tries in 24 hours, as the CNIL advises (deliberation 2022-100)
  signIn: {
    kind: 'wait',
    policy: { free: 5, firstWait: minute, longestWait: 100 * minute, memory: day },
    meaning: 'Wrong passwords on one number, known or not, from browsers that never signed in to it',
  },
  signInDevice: {
    kind: 'wait',
    policy: { free: 5, firstWait: minute, longestWait: 100 * minute, memory: day },
    meaning: 'Wrong passwords on one account from one browser that has signed in to it before',
  },
  signInNetworkChallenge: {
    kind: 'count',
    policy: { max: 20, window: hour },
    meaning: 'Tries from one network in an hour, beyond which a challenge is asked',
  },
  signInNetwork: {
    kind: 'count',
    policy: { max: 1_000, window: hour },
    meaning: 'Tries from one network in an hour, beyond which they are refused',
  },
  signUpNetworkChallenge: {
    kind: 'count',
    policy: { max: 10, window: hour },
    meaning: 'Sign-ups from one network in an hour, beyond which the challenge has two rounds',
  },
  signUpNetwork: {
    kind: 'count',
    policy: { max: 300, window: hour },
    meaning: 'Sign-ups from one network in an hour, beyond which they are refused',
  },
  claims: {
    kind: 'count',
    policy: { max: 3, window: day },
    meaning: 'Sign-ups on one number in a day, beyond which the challenge has two rounds; none is refused',
  },
  numbersOfMailbox: {
    kind: 'distinct',
    policy: { max: 3, window: 30 * day },
    meaning: 'Different numbers that one mailbox may claim',
  },
  numbersOfIdentity: {
    kind: 'distinct',
    policy: { max: 5, window: day },
    meaning: 'Different numbers that one identity of an upstream provider may try in a day',
  },
  emailChange: {
    kind: 'count',
    policy: { max: 5, window: day },
    meaning: 'Changes of the address of one account in a day, and confirmations asked for again',
  },
  identityMove: {
    kind: 'distinct',
    policy: { max: 3, window: day },
    meaning: 'Mails to a holder whose identity at an upstream provider has changed; beyond, silently none',
  },
  mailAddress: {
    kind: 'count',
    policy: { max: 4, window: day },
    meaning: 'Sign-up mails to one address, and as many again asked from links mailed to it; beyond, silently none',
  },
  mailAddressNetwork: {
    kind: 'count',
    policy: { max: 3, window: day },
    meaning: 'Those asked from one network: the last one of a day is left to another',
  },
  mailAddressGivenBack: {
    kind: 'count',
    policy: { max: 1, window: day },
    meaning: 'Times that an address whose owner says « Je n’ai rien demandé » has its mails again',
  },
  resend: {
    kind: 'count',
    policy: { max: 5, window: hour },
    meaning: 'Asking again for the activation mail, or correcting its address, for one sign-up',
  },
  recoveryPause: {
    kind: 'count',
    policy: { max: 1, window: 10 * minute },
    meaning:
      'One recovery mail for an account; asked again sooner sends nothing and leaves the link standing. Counted apart for browsers that know it',
  },
  recovery: {
    kind: 'count',
    policy: { max: 5, window: day },
    meaning:
      'Recovery mails for an account; as many again asked from browsers that have opened it, and from links mailed before',
  },
  recoveryMailNetwork: {
    kind: 'count',
    policy: { max: 4, window: day },
    meaning: 'Those asked from one network by browsers that do not know the account: the last one is left to another',
  },
  recoveryNetwork: {
    kind: 'count',
    policy: { max: 100, window: hour },
    meaning: 'Recoveries asked for from one network',
  },
  holderWarned: {
    kind: 'count',
    policy: { max: 1, window: day },
    meaning: 'Mails telling a holder that somebody tried to sign up with their number',
  },
  activationPassword: {
    kind: 'count',
    policy: { max: 5, window: 7 * day },
    meaning: 'Wrong passwords on one activation link; the last one voids it',
  },
  activationNetwork: {
    kind: 'count',
    policy: { max: 60, window: hour },
    meaning: 'Passwords tried on activation links from one network',
  },
  challengeAttempts: {
    kind: 'count',
    policy: { max: 10, window: 10 * minute },
    meaning: 'Wrong answers to challenges from one network, beyond which they have two rounds',
  },
  challengeDrawn: {
    kind: 'count',
    policy: { max: 300, window: 10 * minute },
    meaning: 'Challenges drawn for one network; beyond, none is',
  },
} as const satisfies Limits
