import { CompactEncrypt, importJWK, type JSONWebKeySet, type JWK } from 'jose'
import { z } from 'zod'
import type { FranceConnectClient } from '../clients.ts'

const keySet = z.object({ keys: z.array(z.looseObject({ kty: z.string() })).max(50) })
const patienceMs = 3_000

/** The keys that the client publishes. */
export const readJwksUri = async (uri: string | undefined): Promise<JSONWebKeySet> => {
  if (uri === undefined) return { keys: [] }
  const answer = await fetch(uri, { signal: AbortSignal.timeout(patienceMs), redirect: 'error' })
  return keySet.parse(await answer.json())
}

const managementOf = (key: JWK): 'RSA-OAEP-256' | 'ECDH-ES' => (key.kty === 'RSA' ? 'RSA-OAEP-256' : 'ECDH-ES')

const encryptsTo = (key: JWK): boolean =>
  ['RSA', 'EC', 'OKP'].includes(key.kty ?? '') &&
  (key.use === undefined || key.use === 'enc') &&
  (key.alg === undefined || key.alg === managementOf(key))

/** A signed answer, encrypted to the client's first key that is made for it: what FranceConnect+ sends. */
export const encrypted = async (jws: string, client: FranceConnectClient): Promise<string> => {
  const { keys } = client.encryption ?? (await readJwksUri(client.jwksUri))
  const key = keys.find(encryptsTo)
  if (key === undefined) throw new Error(`client ${client.id} publishes no key to encrypt to`)
  const alg = managementOf(key)
  return new CompactEncrypt(new TextEncoder().encode(jws))
    .setProtectedHeader({ alg, enc: 'A256GCM', cty: 'JWT', ...(key.kid === undefined ? {} : { kid: key.kid }) })
    .encrypt(await importJWK(key, alg))
}
