import { randomBytes } from 'node:crypto'
import type { App } from '../app.ts'
import type { Configuration } from '../config/start.ts'
import { normaliseEmail } from '../identity/email.ts'
import { parseNir } from '../identity/nir.ts'
import type { NumberedPerson } from '../identity/person.ts'
import { makeEnvelope } from '../protection/envelope.ts'
import { makeLookup } from '../protection/lookup.ts'
import { makePasswords } from '../protection/passwords.ts'
import type { DemoPerson } from './people.ts'

const personalData = (person: DemoPerson, now: Date): NumberedPerson => {
  const parsed = parseNir({ number: person.nir, key: person.nirKey })
  if (!parsed.ok) throw new Error('the ready-made person has no right number')
  return {
    birthName: person.birthName,
    civilStatus: { level: 'declared', source: 'form', at: now.toISOString() },
    nir: parsed.nir,
    nirLevel: 'declared',
    email: person.email,
    telephones: { mobile: `+33${person.mobile.slice(1)}` },
    address: { kind: 'french', ...person.address, streetType: 'RUE' },
  }
}

/** Makes the ready-made person's account, active, unless their number is held already. */
export const seedPerson = async (
  { stores }: App,
  { keys, texts }: Configuration,
  person: DemoPerson,
): Promise<void> => {
  const lookup = makeLookup({ ring: keys.lookup, index: keys.index })
  const nirKeys = lookup.nir(person.nir)
  if (await stores.accounts.findHolder(nirKeys)) return
  const hashed = await makePasswords().hash(person.password)
  if (hashed.kind === 'busy') throw new Error('the ready-made person could not be given a password')
  const now = new Date()
  const id = randomBytes(16).toString('base64url')
  const { version, hash } = texts.terms.fr
  await stores.accounts.create(
    {
      id,
      status: 'pending',
      version: 1,
      sealed: await makeEnvelope(keys.personal).seal(id, personalData(person, now)),
      passwordHash: hashed.hash,
      language: 'fr',
      validAfter: now,
      terms: { version, hash, acceptedAt: now },
      nirKeys,
      emailKeys: lookup.email(normaliseEmail(person.email)),
      identityKeys: [],
      createdAt: now,
    },
    {},
  )
  await stores.accounts.activate(id, 1, nirKeys, { activatedAt: now, emailVerifiedAt: now }, {})
}
