import type { JsonValue } from 'openid-client'
import type { Say } from '../../common/language.ts'
import type { SignedIn } from '../sessions.ts'

export type Received = {
  readonly claim: string
  readonly label: string
  readonly value: string
  readonly from: 'ID token' | 'userinfo' | 'ID token, userinfo'
}
export type Missing = { readonly claim: string; readonly label: string; readonly why: string }

type Claim = { readonly name: string; readonly scope: string; readonly label: (say: Say) => string }

/** What a service may hope for, in the order shown. */
const personClaims: readonly Claim[] = [
  { name: 'family_name', scope: 'profile', label: say => say('Nom de naissance', 'Birth name') },
  { name: 'given_name', scope: 'profile', label: say => say('Prénoms', 'Given names') },
  { name: 'preferred_username', scope: 'profile', label: say => say("Nom d'usage", 'Usual name') },
  { name: 'gender', scope: 'profile', label: say => say('Sexe', 'Gender') },
  { name: 'birthdate', scope: 'profile', label: say => say('Date de naissance', 'Date of birth') },
  { name: 'birthplace', scope: 'birth', label: say => say('Lieu de naissance', 'Place of birth') },
  { name: 'birthcountry', scope: 'birth', label: say => say('Pays de naissance', 'Country of birth') },
  { name: 'email', scope: 'email', label: say => say('Courriel', 'E-mail') },
  { name: 'email_verified', scope: 'email', label: say => say('Courriel vérifié', 'E-mail verified') },
  { name: 'phone_number', scope: 'phone', label: say => say('Téléphone', 'Telephone') },
  { name: 'phone_number_verified', scope: 'phone', label: say => say('Téléphone vérifié', 'Telephone verified') },
  { name: 'address', scope: 'address', label: say => say('Adresse', 'Address') },
]

const civilStatus = new Set(['given_name', 'preferred_username', 'gender', 'birthdate', 'birthplace', 'birthcountry'])

const noCodeSent = (say: Say): string =>
  say("aucun code n'a été envoyé à ce numéro, il est déclaré", 'no code was sent to this number, it is declared')

const shown = (name: string, value: JsonValue, say: Say): string => {
  if (name === 'phone_number_verified' && value === false) return `${say('non', 'no')} (${noCodeSent(say)})`
  if (value === true) return say('oui', 'yes')
  if (value === false) return say('non', 'no')
  if (typeof value === 'string' || typeof value === 'number') return String(value)
  if (typeof value === 'object' && value !== null && 'formatted' in value && typeof value.formatted === 'string') {
    return value.formatted
  }
  return JSON.stringify(value, null, 2)
}

/** The claims about the person, each with where it came from. */
export const receivedClaims = ({ idTokenClaims, userinfo }: SignedIn, say: Say): readonly Received[] =>
  personClaims.flatMap(({ name, label }) => {
    const inToken = idTokenClaims[name]
    const inUserinfo = userinfo[name]
    const value = inUserinfo ?? inToken
    if (value === undefined) return []
    const from = inToken === undefined ? 'userinfo' : inUserinfo === undefined ? 'ID token' : 'ID token, userinfo'
    return [{ claim: name, label: label(say), value: shown(name, value, say), from }]
  })

const whyMissing = ({ name, scope }: Claim, scopes: readonly string[], say: Say): string => {
  if (civilStatus.has(name)) {
    return say(
      'Guichet ne les connaît pas : le compte est déclaré. Seul FranceConnect peut les confirmer, et le numéro de sécurité sociale ne sert jamais à les deviner.',
      'Guichet does not know these: the account is declared. Only FranceConnect can confirm them, and the social security number is never used to guess them.',
    )
  }
  if (!scopes.includes(scope)) {
    return say(`L'accord ne porte pas sur « ${scope} ».`, `The consent does not cover “${scope}”.`)
  }
  if (name === 'phone_number_verified')
    return say(
      'Ce numéro est déclaré : aucun code ne lui a été envoyé.',
      'This number is declared: no code was sent to it.',
    )
  return say('Cette information est absente du compte.', 'The account does not hold this.')
}

/** « Prénoms, sexe, date de naissance » */
const listed = ([first = '', ...others]: readonly string[]): string =>
  [first, ...others.map(label => label.toLowerCase())].join(', ')

const civilStatusMissing = (missing: readonly Claim[], say: Say): Missing[] => {
  const ofCivilStatus = missing.filter(claim => civilStatus.has(claim.name))
  const first = ofCivilStatus[0]
  if (first === undefined) return []
  return [
    {
      claim: ofCivilStatus.map(claim => claim.name).join(', '),
      label: listed(ofCivilStatus.map(claim => claim.label(say))),
      why: whyMissing(first, [], say),
    },
  ]
}

/** What the service did not get, and the reason for each. Claims of civil status share one. */
export const missingClaims = (session: SignedIn, say: Say): readonly Missing[] => {
  const has = (name: string): boolean => name in session.idTokenClaims || name in session.userinfo
  const missing = personClaims.filter(claim => !has(claim.name))
  const others = missing.filter(claim => !civilStatus.has(claim.name))
  return [
    ...civilStatusMissing(missing, say),
    ...others.map(claim => ({
      claim: claim.name,
      label: claim.label(say),
      why: whyMissing(claim, session.scopes, say),
    })),
    {
      claim: 'nir',
      label: say('Numéro de sécurité sociale', 'Social security number'),
      why: say(
        'Jamais sans base légale : un administrateur la vérifie, et le numéro est alors chiffré pour ce seul service.',
        'Never without a legal basis: an administrator checks it, and the number is then encrypted for that service alone.',
      ),
    },
    ...(session.refreshToken === undefined
      ? [
          {
            claim: 'refresh_token',
            label: say('Jeton de rafraîchissement', 'Refresh token'),
            why: say(
              'Il se demande avec un accord explicite : portée « offline_access » et prompt=consent.',
              'It is asked for with an explicit consent: scope “offline_access” and prompt=consent.',
            ),
          },
        ]
      : []),
  ]
}
