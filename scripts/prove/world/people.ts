/** People who have an account already, or wait for one: made through the contracts, as fast as the store writes. */
import { randomBytes } from 'node:crypto'
import type { Configuration } from '../../../src/config/start.ts'
import { normaliseEmail } from '../../../src/identity/email.ts'
import { parseNir } from '../../../src/identity/nir.ts'
import type { PersonalData } from '../../../src/identity/person.ts'
import { makeEnvelope } from '../../../src/protection/envelope.ts'
import { makeLookup } from '../../../src/protection/lookup.ts'
import { makePasswords } from '../../../src/protection/passwords.ts'
import type { AccountRecord, Stores } from '../../../src/stores/contracts.ts'
import type { Person } from '../../../test/support/people.ts'

export type Member = Person & { readonly id: string }

/** Gives somebody an active account, their number free. */
export type Enrol = (person: Person) => Promise<Member>
/** Somebody who signed up and has not activated; without a link unless one is given. */
export type Claim = (
  person: Person,
  more?: Pick<AccountRecord, 'activation'> & { readonly id?: string },
) => Promise<Member>

export const makePeople = (
  accounts: Stores['accounts'],
  { config, keys, texts }: Configuration,
): { readonly enrol: Enrol; readonly claim: Claim } => {
  const envelope = makeEnvelope(keys.personal)
  const lookup = makeLookup({ ring: keys.lookup, index: keys.index })
  const { memory, iterations, parallelism } = config.passwords
  const passwords = makePasswords({
    memoryKib: memory,
    passes: iterations,
    lanes: parallelism,
    concurrency: 2,
    queue: Number.POSITIVE_INFINITY,
  })
  // hashing is what takes longest: one hash for each password
  const hashes = new Map<string, Promise<string>>()
  const hashOf = (password: string): Promise<string> => {
    const known = hashes.get(password)
    if (known) return known
    const made = passwords.hash(password).then(hashed => {
      if (hashed.kind === 'busy') throw new Error('hashing is busy')
      return hashed.hash
    })
    hashes.set(password, made)
    return made
  }

  const claim: Claim = async (person, { id = randomBytes(16).toString('base64url'), ...more } = {}) => {
    const parsed = parseNir({ number: person.nir, key: person.nirKey })
    if (!parsed.ok) throw new Error('a person without a right number')
    const now = new Date()
    const data: PersonalData = {
      birthName: person.birthName,
      civilStatus: { level: 'declared', source: 'form', at: now.toISOString() },
      nir: parsed.nir,
      nirLevel: 'declared',
      email: person.email,
      telephones: { mobile: '+33639981234' },
    }
    const { version, hash } = texts.terms.fr
    await accounts.create(
      {
        id,
        status: 'pending',
        version: 1,
        sealed: await envelope.seal(id, data),
        passwordHash: await hashOf(person.password),
        language: 'fr',
        validAfter: now,
        terms: { version, hash, acceptedAt: now },
        nirKeys: lookup.nir(person.nir),
        emailKeys: lookup.email(normaliseEmail(person.email)),
        identityKeys: [],
        createdAt: now,
        ...more,
      },
      {},
    )
    return { ...person, id }
  }

  const enrol: Enrol = async person => {
    const member = await claim(person)
    const now = new Date()
    const change = { activatedAt: now, emailVerifiedAt: now }
    const outcome = await accounts.activate(member.id, 1, lookup.nir(person.nir), change, {})
    if (outcome !== 'activated') throw new Error(`an account could not be activated: ${outcome}`)
    return member
  }
  return { enrol, claim }
}
