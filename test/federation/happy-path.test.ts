import { generateKeyPairSync } from 'node:crypto'
import { afterEach, describe, expect, it } from '@jest/globals'
import type { JWK } from 'jose'
import type { FranceConnectKind, SigningAlg } from '../../src/demo/france-connect/clients.ts'
import { testPeople } from '../../src/demo/france-connect/people.ts'
import type { Upstream } from '../../src/federation/upstream.ts'
import { aClient, type OnItsWay, startOnItsWay } from './support/on-its-way.ts'

let ways: readonly OnItsWay[] = []
const started = async (...given: Parameters<typeof startOnItsWay>): Promise<OnItsWay> => {
  const way = await startOnItsWay(...given)
  ways = [...ways, way]
  return way
}
afterEach(async () => {
  await Promise.all(ways.map(way => way.stop()))
  ways = []
})

const pairs = {
  RS256: () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
  'RSA-OAEP-256': () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
  ES256: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  'ECDH-ES': () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
}

const aPair = (alg: keyof typeof pairs): { readonly secret: JWK; readonly shown: JWK & { kty: string } } => {
  const { privateKey, publicKey } = pairs[alg]()
  const named = { kid: `ours-${alg}`, alg }
  return {
    secret: { ...privateKey.export({ format: 'jwk' }), ...named },
    shown: { kty: '', ...publicKey.export({ format: 'jwk' }), ...named },
  }
}

/** How this site proves who it is: on its own side, and as it is registered. */
const proofs = {
  'a secret': () => ({ ours: {}, theirs: {} }),
  'a private key for ES256': () => byKey('ES256'),
  'a private key for RS256': () => byKey('RS256'),
}
const byKey = (alg: SigningAlg) => {
  const { secret, shown } = aPair(alg)
  return {
    ours: { auth: { method: 'private_key_jwt', key: secret } } satisfies Partial<Upstream>,
    theirs: { auth: { method: 'private_key_jwt', jwks: { keys: [shown] } } } as const,
  }
}

const levels = { franceconnect: ['eidas1'], 'franceconnect+': ['eidas2', 'eidas3'] } as const
const kinds: readonly (readonly [FranceConnectKind, 'RSA-OAEP-256' | 'ECDH-ES' | 'nothing'])[] = [
  ['franceconnect', 'nothing'],
  ['franceconnect+', 'RSA-OAEP-256'],
  ['franceconnect+', 'ECDH-ES'],
]
const combinations = kinds.flatMap(([kind, encryption]) =>
  (Object.keys(proofs) as (keyof typeof proofs)[]).flatMap(proof =>
    (['ES256', 'RS256'] as const).map(alg => ({ kind, encryption, proof, alg })),
  ),
)

describe('a person who signs in with FranceConnect', () => {
  it.each(combinations)(
    'is known: $kind, which encrypts by $encryption, to which this site shows $proof, and which signs by $alg',
    async ({ kind, encryption, proof, alg }) => {
      const { ours, theirs } = proofs[proof]()
      const sealing = encryption === 'nothing' ? undefined : aPair(encryption)
      const way = await started(
        { kind, acr: levels[kind], decryptionKeys: sealing ? [sealing.secret] : [], ...ours },
        {
          kind,
          clients: [
            aClient({ idTokenAlg: alg, ...theirs, ...(sealing ? { encryption: { keys: [sealing.shown] } } : {}) }),
          ],
        },
      )
      const { given_name, family_name, birthdate, gender, birthplace, birthcountry, email } =
        testPeople.find(({ id }) => id === 'elodie')?.claims ?? {}
      expect(await way.signIn('elodie')).toMatchObject({
        kind: 'identified',
        brought: {
          upstream: 'franceconnect',
          issuer: way.issuer,
          sub: expect.stringMatching(/^.{66}$/),
          acr: levels[kind][0],
          claims: { given_name, family_name, birthdate, gender, birthplace, birthcountry, email },
          at: new Date(way.now()),
        },
      })
      expect(way.asked.get('token')).toBe(1)
      expect(way.logged).toEqual([])
    },
  )

  it('is the same each time, and nobody else', async () => {
    const way = await started()
    const subjects: string[] = []
    for (const person of ['elodie', 'elodie', 'yann']) {
      const finished = await way.signIn(person)
      subjects.push(finished.kind === 'identified' ? finished.brought.sub : '')
    }
    const [first, second, other] = subjects
    expect(second).toBe(first)
    expect(other).not.toBe(first)
  })

  it('is told with how they were authenticated, where FranceConnect was authorised to say so', async () => {
    const amr = await started({ askAmr: true }, { clients: [aClient({ amrAuthorised: true })] })
    const none = await started()
    expect(await amr.signIn()).toMatchObject({ brought: { amr: [expect.any(String)] } })
    expect(await none.signIn()).toMatchObject({ brought: { amr: [] } })
  })

  it('is let in though clocks differ by half a minute, and not by more', async () => {
    const way = await started()
    // FranceConnect's ID token lives sixty seconds
    for (const [seconds, kind] of [
      [25, 'identified'],
      [-85, 'identified'],
      [-95, 'unverified'],
    ] as const) {
      way.provider.setFaults({
        alterIdToken: claims => ({ ...claims, iat: (claims.iat ?? 0) + seconds, exp: (claims.exp ?? 0) + seconds }),
      })
      expect([seconds, (await way.signIn()).kind]).toEqual([seconds, kind])
    }
  })
})
