import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import type { KoaContextWithOIDC } from 'oidc-provider'
import { holdClaimsToScopes } from '../../src/oidc/authorising/claims-parameter.ts'
import { claimsCarriedBy, PROTOCOL_CLAIMS } from '../../src/oidc/people/scopes.ts'
import { KNOWN_SCOPES } from '../../src/services/scopes.ts'

const PROTOTYPE = ['__proto__', 'constructor', 'toString', 'hasOwnProperty']

/** What is left of the parameter; the library has read it as an object of objects before. 'refused': said so to the service. */
const held = (claims: unknown, scopes: readonly string[]): object | 'refused' => {
  const params: { claims?: string } = {}
  const ctx = { oidc: { params, requestParamScopes: new Set(scopes) } }
  try {
    holdClaimsToScopes(ctx as unknown as KoaContextWithOIDC, Object(claims))
  } catch (fault) {
    if (fault instanceof Error && 'error' in fault && fault.error === 'invalid_request') return 'refused'
    throw fault
  }
  return JSON.parse(params.claims ?? 'null')
}

const scopes = fc.subarray([...KNOWN_SCOPES])
const name = fc.oneof(fc.constantFrom('nir', 'email', 'address', 'acr', 'sub', 'auth_time', ...PROTOTYPE), fc.string())
/** As JSON.parse makes them: a name of the prototype is a name. */
const members = (value: fc.Arbitrary<unknown>) =>
  fc
    .array(fc.tuple(name, value), { maxLength: 8 })
    .map(pairs => JSON.parse(`{${pairs.map(([key, one]) => `${JSON.stringify(key)}:${JSON.stringify(one)}`).join()}}`))
const member = fc.oneof(fc.constant(null), fc.dictionary(fc.string(), fc.jsonValue()))
const asked = (value: fc.Arbitrary<unknown>) =>
  fc.record({ userinfo: members(value), id_token: members(value), other: fc.jsonValue() }, { requiredKeys: [] })

describe('the claims parameter', () => {
  it('leaves what the scopes carry as it was asked, and nothing else, whatever is asked', () => {
    fc.assert(
      fc.property(asked(member), scopes, (claims, given) => {
        const left = held(claims, given)
        const carried = claimsCarriedBy(new Set(given))
        for (const [container, of] of Object.entries(left)) {
          expect(['userinfo', 'id_token']).toContain(container)
          const before = Object.entries(container === 'userinfo' ? claims.userinfo : claims.id_token)
          const mayStay = before.filter(([one]) => carried.has(one) || PROTOCOL_CLAIMS.has(one))
          expect(Object.entries(of)).toEqual(mayStay)
        }
        expect(held(left, given)).toEqual(left)
      }),
    )
  })

  it('is refused to the service, never a fault of ours, when a member is no object', () => {
    fc.assert(
      fc.property(asked(fc.jsonValue()), scopes, (claims, given) => {
        const isRight = (value: unknown) => value === null || (typeof value === 'object' && !Array.isArray(value))
        const all = [claims.userinfo, claims.id_token].flatMap(of => Object.values(of ?? {}))
        expect(held(claims, given) === 'refused').toBe(!all.every(isRight))
      }),
    )
  })
})
