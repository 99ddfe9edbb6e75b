/** Guichet itself, from its sources: its own store, sealing, audit and log. Only the control against robots is off. */
import { makeApp } from '../../../src/app.ts'
import { makeAudit } from '../../../src/audit/log.ts'
import { requireConfiguration } from '../../../src/config/start.ts'
import { readyMadePerson } from '../../../src/demo/people.ts'
import { seedPerson } from '../../../src/demo/seed.ts'
import { fictitiousNir } from '../../../src/identity/fictitious-nir.ts'
import { makeLog } from '../../../src/operations/log.ts'
import { listen } from '../../../src/server.ts'
import { makeServices } from '../../../src/services/services.ts'
import { freePort } from '../../../test/support/mailbox.ts'
import { answerParent } from '../../processes/child.ts'
import { CALLBACK, PEOPLE, type Target } from '../target.ts'

const port = await freePort()
const dataDir = String(process.env.BENCH_DIR)
const issuer = `http://localhost:${port}`
const configuration = await requireConfiguration({
  GUICHET_ISSUER: issuer,
  GUICHET_PORT: String(port),
  GUICHET_DATA_DIR: dataDir,
  GUICHET_CHALLENGE: 'none',
  GUICHET_SMTP_URL: String(process.env.BENCH_SMTP),
  // One network makes every request here: it must not look like a flood.
  GUICHET_NETWORK_SIGN_IN_CHALLENGE: '10000000',
  GUICHET_NETWORK_SIGN_IN_REFUSAL: '10000000',
  ...(process.env.BENCH_HASH === 'light'
    ? { GUICHET_PASSWORDS_MEMORY: '1024', GUICHET_PASSWORDS_ITERATIONS: '1' }
    : {}),
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

const register = async (): Promise<Target> => {
  const people = Array.from({ length: PEOPLE }, (_, index) => ({
    ...readyMadePerson,
    nir: fictitiousNir(index).number,
    nirKey: fictitiousNir(index).key,
    email: `bench-${index}@exemple.fr`,
  }))
  for (const person of people) await seedPerson(app, configuration, person)
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
  const typed = people.map(({ nir, password }) => ({ nir, password }))
  return { issuer, clientId: added.service.id, clientSecret: added.secret ?? '', typed }
}

answerParent({ target: register })
