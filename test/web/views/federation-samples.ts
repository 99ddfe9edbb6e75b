import type { CaseStanding } from '../../../src/accounts/cases/standing.ts'
import type { IdentityShown, SignUpModel } from '../../../src/web/views/models.ts'
import type { Sample } from './samples.ts'

const label = 'FranceConnect'
const identity: IdentityShown = {
  familyName: 'DUPONT-LÉVÊQUE',
  givenNames: 'Camille Inès',
  usageName: 'MARTIN',
  gender: 'female',
  birthdate: new Date('1955-08-14T12:00:00Z'),
  birthdateSent: '1955-08-14',
  birthplace: '14168',
}
const abroad: IdentityShown = {
  familyName: 'SILVA',
  givenNames: 'Tiago',
  gender: 'male',
  birthdate: undefined,
  birthdateSent: '1978-00-00',
  birthcountry: '99139',
}
const wait = { seconds: 86_400, until: new Date('2026-03-13T13:32:00Z') }
const link = {
  label,
  found: false,
  contradicts: false,
  frozen: false,
  tooMany: false,
  mailed: false,
  mailHref: '/connexion/k3s/lier/courriel',
  values: { nir: '' },
  faults: [],
  challenge: { kind: 'none' },
  recoveryHref: '/mot-de-passe-oublie/k3s',
  questionHref: '/connexion/k3s/deja-un-compte',
} as const
const claimHref = '/connexion/k3s/lier/verification'
const signInHref = '/connexion'
const within = { path: '/connexion/k3s/deja-un-compte' }
const mine = { path: '/compte/connexions', service: undefined, signedIn: true }

const aCase: CaseStanding = {
  reference: '7K2M-Q4TD-9RWX',
  party: 'claimant',
  openedAt: new Date('2026-03-12T13:32:00Z'),
  dueBy: new Date('2026-04-11T13:32:00Z'),
  holderSays: undefined,
  decision: undefined,
}
const effectiveAt = new Date('2026-03-27T13:32:00Z')
const verdicts = ['samePerson', 'numberMoves', 'keep', 'closeBoth'] as const
const decidedFor = (party: 'claimant' | 'holder'): readonly Sample[] =>
  verdicts.map(verdict => ({
    name: `case-${party}-${verdict}`,
    page: 'case',
    model: { cases: [{ ...aCase, party, decision: { verdict, effectiveAt } }], answered: false },
  }))

const caseSamples: readonly Sample[] = [
  { name: 'case-claimant', page: 'case', model: { cases: [aCase], answered: false } },
  { name: 'case-holder', page: 'case', model: { cases: [{ ...aCase, party: 'holder' }], answered: false } },
  {
    name: 'case-holder-answered',
    page: 'case',
    model: {
      cases: [
        { ...aCase, party: 'holder', holderSays: 'wasNotMe' },
        { ...aCase, party: 'holder', reference: '2Z5P-07VN-HHQ3', holderSays: 'wasMe' },
      ],
      answered: true,
    },
  },
  ...decidedFor('claimant'),
  ...decidedFor('holder'),
]

/** The pages of an upstream provider, in each state. */
export const federationSamples = (details: SignUpModel): readonly Sample[] => [
  { name: 'have-account', page: 'haveAccount', model: { label, identity, faults: [] }, common: within },
  {
    name: 'have-account-faults',
    page: 'haveAccount',
    model: { label, identity: abroad, faults: [{ field: 'answer', key: 'fault.answer.choose' }] },
    common: within,
  },
  { name: 'number', page: 'number', model: { label, values: {}, faults: [] } },
  {
    name: 'number-contradicts',
    page: 'number',
    model: {
      label,
      values: { nir: '2550814168025', nirKey: '38' },
      faults: [{ field: 'nir', key: 'fault.nir.contradicts', params: { label } }],
      throttled: wait,
    },
  },
  { name: 'link-account', page: 'linkAccount', model: link },
  {
    name: 'link-account-found',
    page: 'linkAccount',
    model: { ...link, found: true, claimHref, values: { nir: '2550814168025' } },
  },
  { name: 'link-account-mailed', page: 'linkAccount', model: { ...link, found: true, claimHref, mailed: true } },
  { name: 'link-account-contradicts', page: 'linkAccount', model: { ...link, claimHref, contradicts: true } },
  { name: 'link-account-frozen', page: 'linkAccount', model: { ...link, frozen: true } },
  { name: 'link-account-too-many', page: 'linkAccount', model: { ...link, found: true, claimHref, tooMany: true } },
  ...caseSamples,
  ...(['refused', 'challenge', 'suspended', 'formTooOld'] as const).map(
    (kind): Sample => ({ name: `link-account-${kind}`, page: 'linkAccount', model: { ...link, stop: { kind } } }),
  ),
  {
    name: 'link-account-throttled',
    page: 'linkAccount',
    model: { ...link, stop: { kind: 'throttled', wait: { seconds: 170 } } },
  },
  { name: 'link-account-busy', page: 'linkAccount', model: { ...link, stop: { kind: 'busy', seconds: 30 } } },
  { name: 'complete', page: 'complete', model: { ...details, label, identity } },
  {
    name: 'complete-contradicts',
    page: 'complete',
    model: {
      ...details,
      label,
      identity: abroad,
      throttled: wait,
      notices: ['notice.formTooOld'],
      faults: [{ field: 'nir', key: 'fault.nir.contradictsAgain', params: { id: 'c7f1e2a94b' } }],
    },
  },
  { name: 'confirm-email', page: 'confirmEmail', model: {}, common: { service: undefined } },
  { name: 'email-confirmed', page: 'emailConfirmed', model: { onwardHref: '/', onward: 'service' } },
  {
    name: 'email-confirmed-alone',
    page: 'emailConfirmed',
    model: { onwardHref: '/connexion', onward: 'signIn' },
    common: { service: undefined },
  },
  ...(['expired', 'replaced', 'used', 'voided', 'incomplete'] as const).map(
    (reason): Sample => ({
      name: `account-link-${reason}`,
      page: 'accountLinkDead',
      model: { purpose: 'email', reason, lifetimeSeconds: 86_400, signInHref },
      common: { service: undefined },
    }),
  ),
  {
    name: 'account-link-used-undo',
    page: 'accountLinkDead',
    model: { purpose: 'undo', reason: 'used', lifetimeSeconds: 604_800, signInHref },
    common: { service: undefined },
  },
  { name: 'move', page: 'move', model: {}, common: { service: undefined } },
  { name: 'to-upstream', page: 'toUpstream', model: { href: '/connexion/avec/franceconnect', label } },
  {
    name: 'account-link-used-move',
    page: 'accountLinkDead',
    model: { purpose: 'move', reason: 'used', lifetimeSeconds: 3600, signInHref },
    common: { service: undefined },
  },
  { name: 'undo-link', page: 'undoLink', model: {}, common: { service: undefined } },
  ...(['undone', 'lastWayIn', 'none', 'frozen'] as const).map(
    (outcome): Sample => ({
      name: `link-undone-${outcome}`,
      page: 'linkUndone',
      model: { outcome, signInHref },
      common: { service: undefined },
    }),
  ),
  {
    name: 'connections',
    page: 'connections',
    model: {
      frozen: false,
      hasPassword: true,
      identities: [{ upstream: 'franceconnect', label, linkedAt: new Date('2026-03-12T13:32:00Z') }],
      notice: 'unlinked',
      passwordHref: '/mot-de-passe-oublie',
      email: 'camille@example.fr',
      emailConfirmed: true,
      emailHref: '/compte/courriel',
      resendHref: '/compte/courriel/renvoi',
    },
    common: mine,
  },
  {
    name: 'connections-none',
    page: 'connections',
    model: {
      frozen: false,
      hasPassword: false,
      identities: [],
      notice: 'lastWayIn',
      passwordHref: '/compte/mot-de-passe',
      email: 'une.adresse.particulierement.longue@exemple-de-domaine.example',
      emailConfirmed: false,
      resendHref: '/compte/courriel/renvoi',
    },
    common: mine,
  },
  {
    name: 'connections-email-sent',
    page: 'connections',
    model: {
      frozen: true,
      hasPassword: false,
      identities: [{ upstream: 'region', label: 'Ma Région', linkedAt: new Date('2026-03-12T13:32:00Z') }],
      notice: 'emailSent',
      passwordHref: '/compte/mot-de-passe',
      email: 'camille@example.fr',
      emailConfirmed: false,
      emailHref: '/compte/courriel',
      resendHref: '/compte/courriel/renvoi',
    },
    common: mine,
  },
  {
    name: 'own-email',
    page: 'ownEmail',
    model: { values: { email: '', emailConfirmation: '' }, faults: [] },
    common: { ...mine, path: '/compte/courriel' },
  },
  {
    name: 'own-email-faults',
    page: 'ownEmail',
    model: {
      values: { email: 'camille@gmail.com', emailConfirmation: 'camile@gmail.com' },
      faults: [{ field: 'emailConfirmation', key: 'fault.emailConfirmation.different' }],
      throttled: wait,
      formTooOld: true,
    },
    common: { ...mine, path: '/compte/courriel' },
  },
  { name: 'unlink', page: 'unlink', model: { label, stayHref: '/compte/connexions' }, common: mine },
  { name: 'leaving', page: 'leaving', model: { href: 'https://fc.example/session/end', label }, common: mine },
]
