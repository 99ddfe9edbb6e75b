import { fault, type ServiceFault } from './faults.ts'

const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv']
const PUBLIC_MEMBERS: { readonly [kty: string]: readonly string[] } = {
  EC: ['crv', 'x', 'y'],
  RSA: ['n', 'e'],
  OKP: ['crv', 'x'],
}

const isObject = (value: unknown): value is { readonly [name: string]: unknown } =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Faults of a service's own public keys: never a private nor a symmetric one. */
export const jwksFaults = (jwks: unknown): readonly ServiceFault[] => {
  const keys = isObject(jwks) ? jwks.keys : undefined
  if (!Array.isArray(keys) || keys.length === 0) return fault('jwks', 'format', 'a JSON Web Key Set: {"keys": […]}')

  return keys.flatMap((key: unknown): readonly ServiceFault[] => {
    if (!isObject(key)) return fault('jwks', 'format', 'keys that are JSON objects')
    if (PRIVATE_MEMBERS.some(name => name in key)) {
      return fault('jwks', 'forbidden', 'public keys alone: take the private members out, and make a new pair')
    }
    const members = typeof key.kty === 'string' ? PUBLIC_MEMBERS[key.kty] : undefined
    if (!members) return fault('jwks', 'unknown', 'keys of kty EC, RSA or OKP')
    const whole = members.every(name => typeof key[name] === 'string' && key[name] !== '')
    return whole ? [] : fault('jwks', 'format', `a ${String(key.kty)} key with ${members.join(', ')}`)
  })
}
