/** Options of `services add` and `services update`, and the registration that they ask for. */
import { readFileSync } from 'node:fs'
import type { ServiceChanges, ServiceFault, ServiceField, ServiceRequest } from '../services/services.ts'
import { type Arguments, type Option, UsageError } from './command.ts'

type Shape = {
  readonly option: string
  readonly kind: 'text' | 'texts' | 'flag'
  readonly value?: string
  readonly meaning: string
}

/** In the order of help. */
const shapes = {
  name: { option: 'name', kind: 'text', meaning: 'Its name, shown to people.' },
  redirectUris: {
    option: 'redirect-uri',
    kind: 'texts',
    value: 'uri',
    meaning: 'Where people are sent back to; exact, https (http on loopback).',
  },
  homePage: { option: 'home-page', kind: 'text', value: 'uri', meaning: 'Its home page.' },
  initiateLoginUri: {
    option: 'initiate-login-uri',
    kind: 'text',
    value: 'uri',
    meaning: 'Where a sign-in begins on its side.',
  },
  postLogoutRedirectUris: {
    option: 'post-logout-redirect-uri',
    kind: 'texts',
    value: 'uri',
    meaning: 'Where people may be sent after signing out.',
  },
  backchannelLogoutUri: {
    option: 'backchannel-logout-uri',
    kind: 'text',
    value: 'uri',
    meaning: 'Where it is told that a session has ended.',
  },
  logoUri: { option: 'logo-uri', kind: 'text', value: 'uri', meaning: 'Its logo.' },
  policyUri: { option: 'policy-uri', kind: 'text', value: 'uri', meaning: 'Its own privacy policy.' },
  public: { option: 'public', kind: 'flag', meaning: 'A browser or installed application: no secret, PKCE always.' },
  native: { option: 'native', kind: 'flag', meaning: 'An installed application: consent is asked each time.' },
  firstParty: { option: 'first-party', kind: 'flag', meaning: "The operator's own: no consent is asked." },
  scopes: {
    option: 'scope',
    kind: 'texts',
    value: 'scope',
    meaning: 'What it may ask for; every known scope by default.',
  },
  authMethod: {
    option: 'auth-method',
    kind: 'text',
    value: 'method',
    meaning: 'client_secret_basic (default), client_secret_post, private_key_jwt or none.',
  },
  jwksUri: { option: 'jwks-uri', kind: 'text', value: 'uri', meaning: 'Where its public keys are.' },
  sector: {
    option: 'sector',
    kind: 'text',
    value: 'host',
    meaning: 'Host that its subjects are made for; never changes afterwards.',
  },
  subjectType: { option: 'subject-type', kind: 'text', value: 'type', meaning: 'pairwise (default) or public.' },
  pkce: { option: 'pkce', kind: 'text', value: 'required|optional', meaning: 'required by default.' },
  idTokenAlg: { option: 'id-token-alg', kind: 'text', value: 'alg', meaning: 'ES256 (default) or RS256.' },
  userinfoAlg: {
    option: 'userinfo-alg',
    kind: 'text',
    value: 'alg',
    meaning: 'Signs userinfo (ES256, RS256); JSON by default.',
  },
  responseTypes: { option: 'response-type', kind: 'texts', value: 'type', meaning: 'code by default.' },
  grantTypes: {
    option: 'grant-type',
    kind: 'texts',
    value: 'type',
    meaning: 'authorization_code, refresh_token, client_credentials.',
  },
} as const satisfies { readonly [field in Exclude<keyof ServiceRequest, 'jwks'>]: Shape }

const listed: readonly (readonly [string, Shape])[] = Object.entries(shapes)

export const serviceOptions: { readonly [name: string]: Option } = {
  ...Object.fromEntries(
    listed.map(([, { option, kind, value, meaning }]): [string, Option] => [
      option,
      {
        type: kind === 'flag' ? 'boolean' : 'string',
        multiple: kind === 'texts',
        ...(value ? { value } : {}),
        meaning,
      },
    ]),
  ),
  'jwks-file': { type: 'string', value: 'path', meaning: 'File of its public keys (a JSON Web Key Set).' },
}

const readJwks = (path: string): unknown => {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    throw new UsageError('--jwks-file expected a file that can be read and holds a JSON Web Key Set.')
  }
}

/** What was given, and nothing for what was not. A scope, grant or response type list may be one option or several. */
export const changesAsked = (args: Arguments): ServiceChanges => {
  const given = listed.map(([field, { option, kind }]) => {
    if (kind === 'flag') return [field, args.flag(option)] as const
    if (kind === 'text') return [field, args.text(option)] as const
    return [field, args.texts(option)?.flatMap(text => text.split(/[\s,]+/).filter(word => word !== ''))] as const
  })
  const jwksFile = args.text('jwks-file')
  return Object.fromEntries([
    ...given.filter(([, value]) => value !== undefined),
    ...(jwksFile === undefined ? [] : [['jwks', readJwks(jwksFile)]]),
  ])
}

/** The field of an option that `--clear` names. */
export const clearedField = (option: string): keyof ServiceChanges => {
  if (option === 'jwks-file') return 'jwks'
  const clearable = listed.filter(([, { option }]) => !['name', 'redirect-uri', 'sector'].includes(option))
  const found = clearable.find(shape => shape[1].option === option)
  if (found) return found[0] as keyof ServiceChanges
  throw new UsageError(
    `--clear expected one of ${[...clearable.map(([, { option }]) => option), 'jwks-file'].join(', ')}.`,
  )
}

const optionOf = (field: ServiceField): string => {
  if (field === 'jwks') return '--jwks-file'
  if (field === 'keepFormerSeconds') return '--keep-former'
  return field === 'id' ? '--id' : `--${shapes[field].option}`
}

/** One sentence for each mistake. */
export const faultTexts = (faults: readonly ServiceFault[]): string =>
  faults
    .map(({ field, value, expected }) => `${optionOf(field)}${value ? ` (${value})` : ''}: expected ${expected}.`)
    .join('\n')
