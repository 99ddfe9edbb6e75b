/** What the protocol's parameters can hold. They are sent to every page too. */
import fc from 'fast-check'
import { EVIL, jsons, MARK, names, pieces, texts } from '../hostile.ts'
import { encoded, type Request, withParameter } from '../request.ts'
import type { Shape } from './shape.ts'
import { given, shape } from './twists.ts'

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

export const protocolShapes: readonly Shape[] = [any, wordy, claims, numbers, uris, reflected]
