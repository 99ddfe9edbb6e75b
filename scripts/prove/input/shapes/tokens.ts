/** What stands for somebody or something: tokens, codes, proofs, and what is asked for them. */
import fc from 'fast-check'
import { jwts, names, PROTOTYPE, texts } from '../hostile.ts'
import { encoded, type Request, withHeader, withParameter } from '../request.ts'
import { type Shape, told } from './shape.ts'
import { given, shape } from './twists.ts'

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

export const tokenShapes: readonly Shape[] = [tokens, live, proofs, grants]
