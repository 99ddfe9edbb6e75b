import type {
  Common,
  ErrorKey,
  Fault,
  Language,
  Option,
  PageModels,
  PageName,
  SignInModel,
  SignUpModel,
  Site,
} from '../../../src/web/views/models.ts'

import { federationSamples } from './federation-samples.ts'

/** A page in one state, as the gallery draws it and the tests read it. Everything in it is made up. */
export type Sample = {
  readonly [Page in PageName]: {
    readonly name: string
    readonly page: Page
    readonly model: PageModels[Page]
    readonly common?: Partial<Common>
  }
}[PageName]

export const site: Site = {
  name: 'Guichet',
  operator: 'Direction des services de démonstration',
  contact: 'aide@guichet.example',
  accessibility: 'partiellement',
  host: 'guichet.example',
}

export const commonOf = (language: Language, over: Partial<Common> = {}): Common => ({
  language,
  path: '/inscription',
  service: { name: 'Mes démarches', returnHref: '/connexion/k3s/retour' },
  signedIn: false,
  formToken: 'jeton-de-formulaire',
  requestId: 'c7f1e2a94b',
  ...over,
})

const options = (...labels: string[]): Option[] => labels.map(label => ({ value: label, label }))

const pictures = [1, 2, 3, 4, 5].map(n => ({ value: `p${n}`, href: `/controle/abc/${n}.png` }))
const picture = { kind: 'picture', id: 'abc', object: 'Pantalon', pictures } as const

const emptyForm: SignUpModel = {
  upstreams: [],
  values: {},
  abroad: false,
  acceptedTerms: false,
  faults: [],
  notices: [],
  presence: { telephones: 'required', address: 'required', diploma: 'required' },
  options: {
    repetitionIndexes: [{ value: '', label: 'Aucun' }, ...options('bis', 'ter', 'quater', 'quinquies', 'A', 'B')],
    streetTypes: [
      { value: '', label: 'Aucun' },
      ...options('Allée', 'Avenue', 'Boulevard', 'Chemin', 'Impasse', 'Rue'),
    ],
    countries: options('Allemagne', 'Belgique', 'Royaume-Uni de Grande-Bretagne et d’Irlande du Nord'),
    diplomas: [
      { value: '', label: 'Non renseigné' },
      { label: 'Niveau 3', options: options('CAP', 'BEP') },
      { label: 'Niveau 4', options: options('Baccalauréat général', 'Baccalauréat professionnel') },
    ],
  },
  towns: [],
  challenge: picture,
  signInHref: '/connexion/k3s',
}

const values: SignUpModel['values'] = {
  birthName: 'Dupont-Lévêque',
  nir: '2 55 08 14 168 025',
  nirKey: '38',
  landline: '',
  mobile: '06 39 98 12 34',
  email: 'camille@gmail.con',
  emailConfirmation: 'camille@gmail.con',
  houseNumber: '12',
  repetitionIndex: 'bis',
  streetType: 'Rue',
  streetName: 'des Lilas',
  postalCode: '14400',
  city: 'Bayeux',
  diploma: 'CAP',
}

const someFaults: SignUpModel['faults'] = [
  { field: 'birthName', key: 'fault.birthName.empty' },
  { field: 'nir', key: 'fault.nir.length', params: { n: 12 } },
  { field: 'nirKey', key: 'fault.nirKey.empty' },
  { field: 'mobile', key: 'fault.telephone.form' },
  { field: 'emailConfirmation', key: 'fault.emailConfirmation.different' },
  { field: 'houseNumber', key: 'fault.address.number' },
  { field: 'city', key: 'fault.city.mismatch' },
  { field: 'password', key: 'fault.password.rules', missing: ['upper', 'digit'] },
  { field: 'passwordConfirmation', key: 'fault.passwordConfirmation.different' },
  { field: 'challenge', key: 'fault.challenge.picture' },
  { field: 'acceptTerms', key: 'fault.terms' },
]

const form = (name: string, over: Partial<SignUpModel> = {}): Sample => ({
  name: `sign-up-${name}`,
  page: 'signUp',
  model: { ...emptyForm, ...over },
})

/** Every fault of a form, one at a time, so that each of its texts is read. */
export const faultSample = (key: Fault['key']): Sample =>
  form(key, {
    faults: [
      {
        field: 'birthName',
        key,
        params: { n: 41, duration: '3 minutes', label: 'FranceConnect', id: 'c7f1e2a94b' },
        ...(key === 'fault.password.rules' && { missing: ['length', 'lower', 'upper', 'digit'] as const }),
      },
    ],
  })

const france = [
  { id: 'franceconnect', kind: 'franceconnect', label: 'FranceConnect', href: '/connexion/avec/franceconnect' },
] as const
const region = { id: 'region', kind: 'oidc', label: 'Ma Région', href: '/connexion/avec/region' } as const
const wait = { seconds: 170, until: new Date('2026-03-12T13:32:00Z') }

const signIn: SignInModel = {
  upstreams: [],
  password: true,
  values: { nir: '' },
  faults: [],
  challenge: { kind: 'none' },
  signUpHref: '/inscription/k3s',
  recoveryHref: '/mot-de-passe-oublie/k3s',
  resendHref: '/inscription/courriel',
}

const signInIn = (name: string, over: Partial<SignInModel> = {}): Sample => ({
  name: `sign-in-${name}`,
  page: 'signIn',
  model: { ...signIn, ...over },
  common: { path: '/connexion/k3s' },
})

const request: PageModels['recovery'] = {
  values: { nir: '', email: '' },
  faults: [],
  challenge: { kind: 'none' },
  signInHref: '/connexion',
}

const mailbox: PageModels['checkMailbox'] = {
  email: 'camille@gmail.con',
  sent: 'first',
  correction: { email: 'camille@gmail.con', emailConfirmation: '', faults: [] },
  signInHref: '/connexion',
}

const consent: PageModels['consent'] = {
  serviceName: 'Mes démarches',
  items: [
    { claim: 'identifier' },
    { claim: 'familyName', value: 'Dupont-Lévêque' },
    { claim: 'email', value: 'camille.dupont-leveque-de-la-tour@messagerie-longue.example' },
    { claim: 'telephone', value: '06 39 98 12 34', isNew: true },
    { claim: 'address', value: '12 bis rue des Lilas, 14400 Bayeux' },
    { claim: 'nir' },
    { claim: 'offline' },
  ],
  withheld: ['birthdate', 'givenNames', 'usageName', 'gender', 'birthplace'],
  purpose: 'Suivre vos demandes et vous prévenir de leur avancement.',
  privacyHref: 'https://demarches.example/donnees',
}

const ERRORS: readonly ErrorKey[] = [
  'cookiesOff',
  'interactionExpired',
  'interactionOver',
  'formTooOld',
  'serviceUnknown',
  'redirectUri',
  'serviceRequest',
  'storeAway',
  'busy',
  'throttled',
  'fault',
  'federationUnavailable',
  'federationDenied',
  'accountSuspended',
  'sessionEnded',
  'notFound',
  'badRequest',
  'cookiesTooLarge',
]

const prose = (kind: PageModels['prose']['kind']): Sample => ({
  name: `prose-${kind}`,
  page: 'prose',
  model: {
    kind,
    sourceLanguage: 'fr',
    version: '2026-01',
    source:
      '# Texte de démonstration\n\nCeci est un **exemple**, avec [un lien](https://exemple.fr/).\n\n## Une partie\n\n- un point\n- un autre\n\n1. premier\n2. second\n\n### Un détail\n\n<script>alert(1)</script> [piège](javascript:alert(1))',
  },
  common: { service: undefined, path: '/conditions' },
})

export const samples: readonly Sample[] = [
  {
    name: 'home',
    page: 'home',
    model: { signUpHref: '/inscription', signInHref: '/connexion' },
    common: { service: undefined, path: '/' },
  },
  {
    name: 'home-signed-in',
    page: 'home',
    model: { signUpHref: '/inscription', signInHref: '/connexion' },
    common: { service: undefined, path: '/', signedIn: true, accountHref: '/compte' },
  },
  form('empty'),
  form('faults', {
    values,
    faults: someFaults,
    emailSuggestion: 'camille@gmail.com',
    towns: ['Bayeux', 'Cussy', 'Guéron'],
  }),
  form('notices', {
    values,
    towns: ['Bayeux'],
    notices: ['notice.movedToMobile', 'notice.formTooOld', 'notice.requestExpired', 'notice.townsFound'],
    emailSuggestion: 'camille@gmail.com',
    challenge: { kind: 'passed' },
    acceptedTerms: true,
  }),
  form('other-town', {
    values: { ...values, city: 'autre', cityOther: 'Vaux-sur-Aure' },
    towns: ['Bayeux', 'Cussy'],
    notices: ['notice.movedToLandline', 'notice.townsUnknown'],
  }),
  form('abroad', {
    values: { addressLine1: '1 High Street', country: 'Belgique' },
    abroad: true,
    faults: [{ field: 'addressLine1', key: 'fault.address.line', params: { n: 41 } }],
  }),
  form('audio', { challenge: { kind: 'audio', id: 'abc', audioHref: '/controle/abc/son.wav' } }),
  form('audio-wrong', {
    challenge: { kind: 'audio', id: 'abc', audioHref: '/controle/abc/son.wav' },
    faults: [{ field: 'challenge', key: 'fault.challenge.audio' }],
  }),
  form('second-round', { challenge: { ...picture, round: { current: 2, total: 2 } } }),
  form('too-many', { challenge: { kind: 'tooMany', wait }, throttled: wait }),
  form('busy', { values, busySeconds: 30, townAsked: '14400 Bayeux' }),
  form('lean', {
    presence: { telephones: 'optional', address: 'optional', diploma: 'optional' },
    challenge: { kind: 'none' },
    upstreams: france,
  }),
  form('leanest', { presence: { telephones: 'absent', address: 'absent', diploma: 'absent' } }),
  { name: 'mailbox', page: 'checkMailbox', model: { ...mailbox, emailSuggestion: 'camille@gmail.com' } },
  { name: 'mailbox-again', page: 'checkMailbox', model: { ...mailbox, sent: 'again' } },
  {
    name: 'mailbox-faults',
    page: 'checkMailbox',
    model: {
      ...mailbox,
      correction: {
        email: 'camille@gmail.com',
        emailConfirmation: 'camile@gmail.com',
        faults: [{ field: 'emailConfirmation', key: 'fault.emailConfirmation.different' }],
      },
    },
  },
  { name: 'mailbox-corrected', page: 'checkMailbox', model: { ...mailbox, sent: 'corrected' } },
  { name: 'mailbox-throttled', page: 'checkMailbox', model: { ...mailbox, throttled: wait } },
  { name: 'activation', page: 'activation', model: { sameBrowser: true, faults: [] }, common: { path: '/activation' } },
  {
    name: 'activation-elsewhere',
    page: 'activation',
    model: { sameBrowser: false, faults: [] },
    common: { path: '/activation' },
  },
  {
    name: 'activation-wrong',
    page: 'activation',
    model: {
      sameBrowser: false,
      faults: [{ field: 'password', key: 'fault.password.notChosen' }],
      throttled: { seconds: 40 },
    },
    common: { path: '/activation' },
  },
  { name: 'activated', page: 'activated', model: { onwardHref: '/connexion/k3s', onward: 'service' } },
  {
    name: 'activated-elsewhere',
    page: 'activated',
    model: { onwardHref: '/connexion', onward: 'signIn' },
    common: { service: undefined },
  },
  { name: 'activation-erased', page: 'activationErased', model: { homeHref: '/' }, common: { service: undefined } },
  {
    name: 'cannot-finish',
    page: 'cannotFinish',
    model: { signInHref: '/connexion', recoveryHref: '/mot-de-passe-oublie', upstreams: [] },
  },
  {
    name: 'cannot-finish-france-connect',
    page: 'cannotFinish',
    model: { signInHref: '/connexion', recoveryHref: '/mot-de-passe-oublie', upstreams: france },
  },
  {
    name: 'link-expired',
    page: 'linkExpired',
    model: { reason: 'expired', lifetimeSeconds: 86400, newLinkHref: '/inscription/renvoi' },
  },
  {
    name: 'link-replaced',
    page: 'linkExpired',
    model: { reason: 'replaced', lifetimeSeconds: 86400, newLinkHref: '/inscription/renvoi' },
  },
  {
    name: 'link-voided',
    page: 'linkExpired',
    model: { reason: 'voided', lifetimeSeconds: 86400, newLinkHref: '/inscription/renvoi' },
  },
  {
    name: 'link-used',
    page: 'linkUsed',
    model: { purpose: 'activation', signInHref: '/connexion', newLinkHref: '/inscription/courriel' },
  },
  {
    name: 'link-used-recovery',
    page: 'linkUsed',
    model: { purpose: 'recovery', signInHref: '/connexion', newLinkHref: '/mot-de-passe-oublie' },
  },
  { name: 'link-incomplete', page: 'linkIncomplete', model: { newLinkHref: '/inscription/courriel' } },
  signInIn('empty'),
  signInIn('france-connect', { upstreams: france }),
  signInIn('upstreams', { upstreams: [...france, region] }),
  signInIn('level', { upstreams: france, password: false }),
  signInIn('refused', { values: { nir: '2550814168025' }, stop: { kind: 'refused' } }),
  signInIn('refused-france-connect', {
    values: { nir: '2550814168025' },
    stop: { kind: 'refused' },
    upstreams: france,
  }),
  signInIn('throttled', { stop: { kind: 'throttled', wait }, challenge: picture }),
  signInIn('busy', { stop: { kind: 'busy', seconds: 30 } }),
  signInIn('challenge', { stop: { kind: 'challenge' }, challenge: picture }),
  signInIn('suspended', { stop: { kind: 'suspended' } }),
  signInIn('too-old', { stop: { kind: 'formTooOld' } }),
  signInIn('session-ended', { stop: { kind: 'sessionEnded', seconds: 1800 } }),
  signInIn('faults', {
    values: { nir: '2 55 08 14' },
    faults: [
      { field: 'nir', key: 'fault.nir.length', params: { n: 7 } },
      { field: 'password', key: 'fault.password.enter' },
    ],
  }),
  {
    name: 'continue-as',
    page: 'continueAs',
    model: { who: 'Dupont-Lévêque, c…e@exemple.fr' },
    common: { signedIn: true, path: '/connexion/k3s' },
  },
  { name: 'accept-terms', page: 'acceptTerms', model: { version: '2026-01', faults: [] } },
  {
    name: 'accept-terms-faults',
    page: 'acceptTerms',
    model: {
      version: '2026-01',
      since: new Date('2026-03-01T10:00:00Z'),
      faults: [{ field: 'acceptTerms', key: 'fault.termsAgain' }],
    },
  },
  { name: 'recovery', page: 'recovery', model: request, common: { path: '/mot-de-passe-oublie' } },
  {
    name: 'recovery-faults',
    page: 'recovery',
    model: {
      ...request,
      values: { nir: '2550814168025', email: 'camille' },
      faults: [{ field: 'email', key: 'fault.email.form' }],
      challenge: picture,
      formTooOld: true,
    },
  },
  { name: 'recovery-throttled', page: 'recovery', model: { ...request, throttled: wait } },
  { name: 'recovery-sent', page: 'recoverySent', model: { signInHref: '/connexion', upstreams: [] } },
  {
    name: 'recovery-sent-france-connect',
    page: 'recoverySent',
    model: { signInHref: '/connexion', upstreams: france },
  },
  { name: 'resend', page: 'resend', model: request, common: { path: '/inscription/courriel' } },
  { name: 'resend-sent', page: 'resendSent', model: { signInHref: '/connexion', upstreams: [] } },
  {
    name: 'new-password',
    page: 'newPassword',
    model: { faults: [] },
    common: { path: '/mot-de-passe-oublie/nouveau' },
  },
  {
    name: 'new-password-faults',
    page: 'newPassword',
    model: { faults: [{ field: 'password', key: 'fault.password.common' }], formTooOld: true },
  },
  { name: 'password-changed', page: 'passwordChanged', model: { signInHref: '/connexion' } },
  {
    name: 'consent',
    page: 'consent',
    model: consent,
    common: { signedIn: true, path: '/autorisation/k3s', accountHref: '/compte' },
  },
  {
    name: 'consent-short',
    page: 'consent',
    model: { serviceName: 'Mes démarches', items: [{ claim: 'identifier' }], withheld: [] },
    common: { signedIn: true, path: '/autorisation/k3s' },
  },
  {
    name: 'sign-out',
    page: 'signOut',
    model: { fields: [{ name: 'xsrf', value: 'abc' }], stayHref: '/' },
    common: { signedIn: true, service: undefined },
  },
  { name: 'signed-out', page: 'signedOut', model: {}, common: { service: undefined } },
  {
    name: 'signed-out-return',
    page: 'signedOut',
    model: { returnHref: 'https://demarches.example/', returnName: 'Mes démarches' },
  },
  {
    name: 'help',
    page: 'help',
    model: {
      signInHref: '/connexion',
      recoveryHref: '/mot-de-passe-oublie',
      resendHref: '/inscription/renvoi',
      source: '# Aide\n\nUne personne vous répond.\n\n## Horaires\n\nDu lundi au vendredi.',
      sourceLanguage: 'fr',
    },
    common: { service: undefined, path: '/aide' },
  },
  prose('terms'),
  prose('privacy'),
  prose('legal'),
  prose('accessibility'),
  ...ERRORS.map(
    (key): Sample => ({
      name: `error-${key}`,
      page: 'error',
      model: {
        code: key.toUpperCase(),
        key,
        wait: key === 'throttled' ? wait : undefined,
        hrefs: { serviceSite: 'https://demarches.example/' },
      },
    }),
  ),
  { name: 'error-alone', page: 'error', model: { code: 'FAULT', key: 'fault' }, common: { service: undefined } },
  ...federationSamples({ ...emptyForm, upstreams: [] }),
]
