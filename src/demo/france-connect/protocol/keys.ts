import { type CryptoKey, calculateJwkThumbprint, exportJWK, generateKeyPair, type JSONWebKeySet, type JWK } from 'jose'
import type { SigningAlg } from '../clients.ts'

export type SigningKey = { readonly kid: string; readonly privateKey: CryptoKey; readonly publicJwk: JWK }

export type Keys = {
  current(alg: SigningAlg): Promise<SigningKey>
  /** One that is never published. */
  stranger(alg: SigningAlg): Promise<SigningKey>
  /** The current keys and those just before. */
  published(): Promise<JSONWebKeySet>
  /** Those whose ID tokens are still taken as hints. */
  remembered(): Promise<JSONWebKeySet>
  rotate(): Promise<void>
}

const bounds = { published: 2, remembered: 10 } as const

const makeKey = async (alg: SigningAlg): Promise<SigningKey> => {
  const { privateKey, publicKey } = await generateKeyPair(alg)
  const jwk = await exportJWK(publicKey)
  const kid = await calculateJwkThumbprint(jwk)
  return { kid, privateKey, publicJwk: { ...jwk, kid, alg, use: 'sig' } }
}

/** The signing keys, made at first need for each algorithm in use. */
export const makeKeys = (algs: readonly SigningAlg[]): Keys => {
  const used = [...new Set<SigningAlg>(['ES256', ...algs])]
  const rings = new Map<SigningAlg, Promise<readonly SigningKey[]>>()
  const strangers = new Map<SigningAlg, Promise<SigningKey>>()

  const ringOf = (alg: SigningAlg): Promise<readonly SigningKey[]> => {
    const ring = rings.get(alg) ?? makeKey(alg).then(key => [key])
    rings.set(alg, ring)
    return ring
  }
  const newest = async (alg: SigningAlg, count: number): Promise<readonly SigningKey[]> =>
    (await ringOf(alg)).slice(-count).reverse()
  const setOf = async (count: number): Promise<JSONWebKeySet> => {
    const keys = await Promise.all(used.map(alg => newest(alg, count)))
    return { keys: keys.flat().map(({ publicJwk }) => publicJwk) }
  }

  return {
    async current(alg) {
      const [key] = await newest(alg, 1)
      if (key === undefined) throw new Error(`no ${alg} key`)
      return key
    },
    stranger(alg) {
      const stranger = strangers.get(alg) ?? makeKey(alg)
      strangers.set(alg, stranger)
      return stranger
    },
    published: () => setOf(bounds.published),
    remembered: () => setOf(bounds.remembered),
    async rotate() {
      const turn = async (alg: SigningAlg): Promise<readonly SigningKey[]> =>
        [...(await ringOf(alg)), await makeKey(alg)].slice(-bounds.remembered)
      const turned = await Promise.all(used.map(async alg => [alg, await turn(alg)] as const))
      for (const [alg, ring] of turned) rings.set(alg, Promise.resolve(ring))
    },
  }
}
