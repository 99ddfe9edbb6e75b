/** What the protocol's parameters can hold. They are sent to every page too. */
import fc from 'fast-check'
import { EVIL, jsons, jwts, MARK, names, PROTOTYPE, pieces, texts } from '../hostile.ts'
import { encoded, type Raw, type Request, withHeader, withParameter } from '../request.ts'
import { type Shape, type Twist, told } from './shape.ts'

const given = (name: string, value: Raw): Twist => ({
  say: `${name}=${told(value)}`,
  apply: request => withParameter(request, name, value.slice(0, 12_000)),
})
const shape = (name: string, twists: fc.Arbitrary<Twist>): Shape => ({ name, twists })

const PARAMETERS = [
  'client_id',
  'response_type',
  'response_mode',
  'scope',
  'state',
  'nonce',
  'prompt',
  'display',
  'acr_values',
  'ui_locales',
  'claims_locales',
  'login_hint',
  'logout_hint',
  'code_challenge',
  'code_challenge_method',
  'resource',
  'request_uri',
  'dpop_jkt',
  'grant_type',
  'code',
  'code_verifier',
  'refresh_token',
  'client_secret',
  'token',
  'token_type_hint',
  'post_logout_redirect_uri',
  'xsrf',
  'logout',
] as const

const any = shape(
  'any parameter of any value',
  fc.tuple(fc.constantFrom(...PARAMETERS), pieces).map(([name, value]) => given(name, value)),
)
const wordy = shape(
  'words in lists',
  fc
    .tuple(
      fc.constantFrom('scope', 'prompt', 'acr_values', 'ui_locales', 'response_type', 'claims_locales'),
      fc.array(
        fc.oneof(names, fc.constantFrom('openid', 'none', 'login', 'create', 'consent', 'code', 'token', 'fr')),
        {
          maxLength: 30,
        },
      ),
    )
    .map(([name, words]) => given(name, encoded(words.join(' ')))),
)
const jwtNames = ['request', 'id_token_hint', 'client_assertion', 'assertion', 'token', 'subject_token'] as const
const tokens = shape(
  'JWTs cut, of no algorithm, huge, nested',
  fc.tuple(fc.constantFrom(...jwtNames), jwts).map(([name, jwt]) => {
    const one = given(name, encoded(jwt))
    if (name !== 'client_assertion') return one
    const type = encoded('urn:ietf:params:oauth:client-assertion-type:jwt-bearer')
    return { say: one.say, apply: (request, s) => withParameter(one.apply(request, s), 'client_assertion_type', type) }
  }),
)
const live = shape(
  'live tokens cut, and put in each other’s place',
  fc
    .tuple(
      fc.constantFrom('token', 'code', 'refresh_token', 'id_token_hint', 'client_secret', 'bearer'),
      fc.constantFrom('idToken', 'access', 'refresh', 'code', 'secret'),
      fc.constantFrom('whole', 'cut', 'doubled', 'other'),
    )
    .map(([name, kind, way]) => ({
      say: `${name}: ${kind} ${way}`,
      apply: (request: Request, { protocol, other }) => {
        const value = (way === 'other' ? other.protocol : protocol)[kind]
        const sent = way === 'cut' ? value.slice(0, -2) : way === 'doubled' ? value + value : value
        if (name === 'bearer') return withHeader(request, 'Authorization', `Bearer ${sent}`)
        return withParameter(request, name, encoded(sent))
      },
    })),
)
const proofs = shape(
  'DPoP proofs that prove nothing',
  fc.tuple(jwts, fc.boolean()).map(([jwt, bearer]) => ({
    say: told(jwt),
    apply: (request: Request, { protocol }) => {
      const proven = withHeader(request, 'DPoP', encoded(jwt).slice(0, 8000))
      return bearer ? withHeader(proven, 'Authorization', `DPoP ${protocol.access}`) : proven
    },
  })),
)
const claims = shape(
  'the claims parameter of each type and depth',
  jsons.map(json => given('claims', encoded(json))),
)
const numbers = shape(
  'numbers that are none',
  fc
    .tuple(
      fc.constantFrom('max_age', 'expires_in', 'authorization_details', 'requested_expiry'),
      fc.oneof(
        fc.constantFrom(
          '1e309',
          '-1',
          'NaN',
          '',
          '0',
          '-0',
          '9'.repeat(300),
          '1.5',
          '0x10',
          ' 1',
          '١',
          'Infinity',
          '[]',
        ),
        texts,
      ),
    )
    .map(([name, value]) => given(name, encoded(value))),
)
const uris = shape(
  'addresses of return that lead elsewhere',
  fc
    .tuple(
      fc.constantFrom(
        'redirect_uri',
        'post_logout_redirect_uri',
        'request_uri',
        'target_link_uri',
        'sector_identifier_uri',
      ),
      fc.oneof(
        fc.constantFrom(
          `${EVIL}/`,
          '//evil.intruszqx.example',
          'javascript:alert(1)',
          'data:text/html,intruszqx',
          'https://service.exemple.fr/retour\r\nX-Intrusintruszqx: 1',
          'https://service.exemple.fr/retour%0d%0aX-Intrusintruszqx: 1',
          'https://service.exemple.fr.evil.intruszqx.example/retour',
          'https://service.exemple.fr@evil.intruszqx.example/retour',
          'https://service.exemple.fr/retour/../..//evil.intruszqx.example',
          'https://service.exemple.fr/retour#intruszqx',
          'https://service.exemple.fr\\@evil.intruszqx.example',
          `https://service.exemple.fr/retour?${MARK}`,
          'urn:ietf:params:oauth:request_uri:intruszqx',
          'urn:ietf:params:oauth:request_uri:__proto__',
          'http://[::1',
          'http://a b',
          'http://127.0.0.1:1/',
        ),
        texts,
      ),
    )
    .map(([name, value]) => given(name, encoded(value))),
)
const grants = shape(
  'grants of no kind',
  fc
    .tuple(
      fc.oneof(
        fc.constantFrom(
          'authorization_code',
          'refresh_token',
          'client_credentials',
          'password',
          'urn:ietf:params:oauth:grant-type:device_code',
          'urn:ietf:params:oauth:grant-type:jwt-bearer',
          ...PROTOTYPE,
        ),
        names,
      ),
      fc.constantFrom('code', 'refresh_token', 'scope', 'redirect_uri', 'code_verifier', 'username', 'device_code'),
      texts,
    )
    .map(([grant, name, value]) => {
      const type = given('grant_type', encoded(grant))
      const more = given(name, encoded(value))
      return {
        say: `${type.say} ${more.say}`,
        apply: (request, standing) => more.apply(type.apply(request, standing), standing),
      }
    }),
)
const reflected = shape(
  'marks where they could come back',
  fc
    .tuple(
      fc.constantFrom(
        'login_hint',
        'state',
        'error',
        'error_description',
        'client_id',
        'scope',
        'ui_locales',
        'jeton',
        'lang',
        'postalCode',
      ),
      fc.constantFrom('query', 'form_post', 'fragment', 'jwt'),
      fc.constantFrom('none', 'login', 'create', ''),
    )
    .map(([name, mode, prompt]) => ({
      say: `${name}, ${mode}, ${prompt}`,
      apply: (request: Request) => {
        const marked = withParameter(withParameter(request, name, encoded(MARK)), 'response_mode', mode)
        return prompt === '' ? marked : withParameter(marked, 'prompt', prompt)
      },
    })),
)

export const protocolShapes: readonly Shape[] = [
  any,
  wordy,
  tokens,
  live,
  proofs,
  claims,
  numbers,
  uris,
  grants,
  reflected,
]
