/**
 * Guichet itself, from its sources: its own store, sealing, audit and log. Only the control against robots is off. BENCH_STORE:
 * settings of another store, as JSON. BENCH_ISSUER: of another process, beside which this one serves.
 */

import { makeApp } from '../../../src/app.ts'
import { makeAudit } from '../../../src/audit/log.ts'
import { requireConfiguration } from '../../../src/config/start.ts'
import { readyMadePerson } from '../../../src/demo/people.ts'
import { seedPerson } from '../../../src/demo/seed.ts'
import { fictitiousNir } from '../../../src/identity/fictitious-nir.ts'
import { makeLog } from '../../../src/operations/log.ts'
import { makeLookup } from '../../../src/protection/lookup.ts'
import { listen } from '../../../src/server.ts'
import { makeServices } from '../../../src/services/services.ts'
import { freePort } from '../../../test/support/free-port.ts'
import { answerParent } from '../../processes/child.ts'
import { isPending, SEEDED_PASSWORD, seededPerson } from '../../seed/people.ts'
import { CALLBACK, PEOPLE, type Target } from '../target.ts'

const port = await freePort()
const issuer = process.env.BENCH_ISSUER ?? `http://localhost:${port}`
const configuration = await requireConfiguration({
  GUICHET_ISSUER: issuer,
  GUICHET_PORT: String(port),
  GUICHET_DATA_DIR: String(process.env.BENCH_DIR),
  GUICHET_CHALLENGE: 'none',
  GUICHET_SMTP_URL: String(process.env.BENCH_SMTP),
  // One network makes every request here: it must not look like a flood.
  GUICHET_NETWORK_SIGN_IN_CHALLENGE: '10000000',
  GUICHET_NETWORK_SIGN_IN_REFUSAL: '10000000',
  ...(process.env.BENCH_HASH === 'light'
    ? { GUICHET_PASSWORDS_MEMORY: '1024', GUICHET_PASSWORDS_ITERATIONS: '1' }
    : {}),
  ...JSON.parse(process.env.BENCH_STORE ?? '{}'),
})
const log = makeLog({ level: 'info', version: 'bench' })
const app = await makeApp({ ...configuration, log })
await listen(app, { port, host: '127.0.0.1', trustProxy: configuration.config.trustProxy })
app.start()

const clock = () => new Date()
const services = makeServices({
  services: app.stores.services,
  audit: makeAudit({ store: app.stores.audit, clock }),
  clock,
  endService: id => app.stores.artefacts.endService(id),
})

type Typed = Target['typed'][number]

const newPeople = async (count: number): Promise<readonly Typed[]> => {
  const people = Array.from({ length: count }, (_, index) => ({
    ...readyMadePerson,
    nir: fictitiousNir(index).number,
    nirKey: fictitiousNir(index).key,
    email: `bench-${index}@exemple.fr`,
  }))
  for (const person of people) await seedPerson(app, configuration, person)
  return people.map(({ nir, password }) => ({ nir, password }))
}

/** So many of those who were seeded (scripts/seed), from the first to the last. */
const seededPeople = (count: number, among: number): readonly Typed[] =>
  Array.from({ length: count }, (_, index) => Math.floor((index * among) / count))
    .map(nth => seededPerson(isPending(nth) ? nth - 1 : nth))
    .map(({ nir }) => ({ nir: nir.number, password: SEEDED_PASSWORD }))

type Asked = { readonly people?: number; readonly among?: number }

const register = async ({ people = PEOPLE, among }: Asked = {}): Promise<Target> => {
  const typed = among === undefined ? await newPeople(people) : seededPeople(people, among)
  const added = await services.add(
    {
      name: 'Bench',
      redirectUris: [CALLBACK],
      firstParty: true,
      grantTypes: ['authorization_code', 'refresh_token', 'client_credentials'],
    },
    'bench',
  )
  if (added.kind === 'refused') throw new Error(JSON.stringify(added.faults))
  return { issuer, clientId: added.service.id, clientSecret: added.secret ?? '', typed }
}

const lookup = makeLookup({ ring: configuration.keys.lookup, index: configuration.keys.index })

/** Finds holders by their numbers, one after the other. */
const lookUp = async (numbers: readonly string[]): Promise<void> => {
  for (const number of numbers)
    if (!(await app.stores.accounts.findHolder(lookup.nir(number)))) throw new Error('a seeded person is not found')
}

answerParent<never>({ target: register, port: () => port, lookUp })
