/** The nth fictitious person: always the same number, address and account, whatever store they are put in. */
import { createHash } from 'node:crypto'
import type { Configuration } from '../../src/config/start.ts'
import { normaliseEmail } from '../../src/identity/email.ts'
import { fictitiousNir } from '../../src/identity/fictitious-nir.ts'
import type { Nir } from '../../src/identity/nir.ts'
import type { PersonalData } from '../../src/identity/person.ts'
import { makeEnvelope } from '../../src/protection/envelope.ts'
import { makeLookup } from '../../src/protection/lookup.ts'
import { makePasswords } from '../../src/protection/passwords.ts'
import type { AccountRecord } from '../../src/stores/contracts.ts'

/** Everybody's: what it hashes to is computed once. */
export const SEEDED_PASSWORD = 'Tournesol-Bleu-42'

const DAY = 24 * 3600 * 1000
/** One in so many never activated; half of those are past their time and wait for the purge. */
export const PENDING_EVERY = 50

export type SeededPerson = {
  readonly id: string
  readonly nir: Nir
  readonly email: string
}

/** A code of 128 bits for the nth thing of a kind, as random as any. */
export const codeOf = (kind: string, nth: number): string =>
  createHash('sha256').update(`seed ${kind} ${nth}`).digest().subarray(0, 16).toString('base64url')

export const seededPerson = (nth: number): SeededPerson => {
  const nir = fictitiousNir(nth)
  return { id: codeOf('account', nth), nir, email: `p${nir.number}@exemple.fr`.toLowerCase() }
}

export const isPending = (nth: number): boolean => nth % PENDING_EVERY === PENDING_EVERY - 1

/** As their sign-up form would have filled it in. */
const dataOf = ({ nir, email }: SeededPerson, signedUpAt: Date): PersonalData => ({
  birthName: 'Martin-Fictif',
  civilStatus: { level: 'declared', source: 'form', at: signedUpAt.toISOString() },
  nir,
  nirLevel: 'declared',
  email,
  telephones: { mobile: '+33639981234' },
  address: {
    kind: 'french',
    houseNumber: '12',
    streetType: 'RUE',
    streetName: 'des Lilas',
    postalCode: '75001',
    city: 'Paris',
  },
  diploma: 'NONE',
})

export type MakeAccount = (nth: number) => Promise<AccountRecord>

export const makeAccounts = async ({ config, keys, texts }: Configuration, now: Date): Promise<MakeAccount> => {
  const envelope = makeEnvelope(keys.personal)
  const lookup = makeLookup({ ring: keys.lookup, index: keys.index })
  const { memory, iterations, parallelism } = config.passwords
  const settings = { memoryKib: memory, passes: iterations, lanes: parallelism, concurrency: 1, queue: 1 }
  const hashed = await makePasswords(settings).hash(SEEDED_PASSWORD)
  if (hashed.kind === 'busy') throw new Error('hashing is busy')
  const { version, hash } = texts.terms.fr

  return async nth => {
    const person = seededPerson(nth)
    const pending = isPending(nth)
    // years of sign-ups; of those never activated, half are past the week that they have
    const age = pending ? (nth % (2 * PENDING_EVERY) < PENDING_EVERY ? 20 : 1) : 30 + (nth % 700)
    const at = new Date(now.getTime() - age * DAY)
    return {
      id: person.id,
      status: pending ? 'pending' : 'active',
      version: pending ? 1 : 2,
      sealed: await envelope.seal(person.id, dataOf(person, at)),
      passwordHash: hashed.hash,
      passwordChangedAt: at,
      language: 'fr',
      validAfter: at,
      terms: { version, hash, acceptedAt: at },
      nirKeys: lookup.nir(person.nir.number),
      emailKeys: lookup.email(normaliseEmail(person.email)),
      identityKeys: [],
      createdAt: at,
      ...(pending
        ? {
            activation: {
              hash: codeOf('link', nth),
              sentAt: at,
              expiresAt: new Date(at.getTime() + DAY),
              wrongPasswords: 0,
            },
          }
        : { emailVerifiedAt: at, activatedAt: at }),
    }
  }
}
