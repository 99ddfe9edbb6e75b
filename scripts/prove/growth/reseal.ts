/**
 * A rotation as an operator makes it: each step of keys rotate, processes restarted one after the other, keys reseal. Members
 * sign in and people change their accounts all along.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { makeEnvelope } from '../../../src/protection/envelope.ts'
import { makeLookup } from '../../../src/protection/lookup.ts'
import type { AccountId, AccountStore } from '../../../src/stores/contracts.ts'
import { isPending, seededPerson } from '../../seed/people.ts'
import { atLeast, is, type PartNeeds, type Row } from '../part.ts'
import type { Server } from '../world/servers.ts'
import type { World } from '../world/world.ts'
import { makeBalancer } from './balancer.ts'
import { ACTS, type Changing, startChanging } from './changing.ts'
import { startServing } from './serving.ts'
import type { Sized } from './sized.ts'

const root = fileURLToPath(new URL('../../../', import.meta.url))

/** How many serve; one more while one is restarted. */
const PROCESSES = { short: 1, long: 2 } as const

/** The command line, as an operator types it; its progress as it goes. Gives its exit status. */
const guichet = async (
  args: readonly string[],
  settings: World['store']['settings'],
  progress: (line: string) => void = () => undefined,
): Promise<number | null> => {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', 'src/cli/main.ts', ...args], {
    cwd: root,
    env: { PATH: process.env.PATH, USER: 'prove', ...settings },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  child.stderr.on('data', (text: Buffer) => progress(text.toString().trim()))
  const [status] = await once(child, 'exit')
  return status
}

async function* everyAccount(accounts: Pick<AccountStore, 'walk'>) {
  let last: AccountId | undefined
  for (;;) {
    const batch = await accounts.walk(last, 500)
    yield* batch
    last = batch.at(-1)?.id
    if (last === undefined) return
  }
}

/** Under the keys of today: each opens, and says whose it is. */
const lookAtAll = async (world: World, size: number, changing: Changing) => {
  const { stores, configuration } = await world.store.open()
  try {
    const envelope = makeEnvelope(configuration.keys.personal)
    const lookup = makeLookup({ ring: configuration.keys.lookup, index: configuration.keys.index })
    const found = { accounts: 0, stale: 0, unopened: 0, unfound: 0 }
    for await (const { id, sealed, nirKeys } of everyAccount(stores.accounts)) {
      found.accounts += 1
      if (envelope.isStale(sealed) || !lookup.isWhole(nirKeys)) found.stale += 1
      await envelope.open(id, sealed).catch(() => {
        found.unopened += 1
      })
    }
    const newest = configuration.keys.lookup[0].id
    for (let nth = 0; nth < size; nth += 1) {
      const { id, nir } = seededPerson(nth)
      if (isPending(nth)) continue
      const underNewest = lookup.nir(nir.number).filter(({ keyId }) => keyId === newest)
      if ((await stores.accounts.findHolder(underNewest))?.id !== id) found.unfound += 1
    }
    return { ...found, lost: await changing.lost(stores, configuration) }
  } finally {
    await stores.close()
  }
}

export const resealRows = async ({ size, world }: Sized, { form, progress }: PartNeeds): Promise<readonly Row[]> => {
  const { accounts } = world.foundations.stores
  const { settings } = world.store
  const before = await accounts.count()
  let servers: readonly Server[] = []
  while (servers.length < PROCESSES[form]) servers = [...servers, await world.start()]
  const balancer = makeBalancer(servers)
  const serving = await startServing(world, size, balancer.front)
  const changing = await startChanging(world, size, balancer.front)

  /** One after the other, as machines are; the balancer learns by a refusal that one of them stops. */
  const restartAll = async (): Promise<void> => {
    for (const server of servers) {
      servers = [...servers, await world.start()]
      balancer.serve(servers)
      await server.drain()
      servers = servers.filter(one => one !== server)
      balancer.serve(servers)
    }
  }
  const statuses: (number | null)[] = []
  const rotate = async (...typed: readonly string[]): Promise<void> => {
    progress(`keys rotate ${typed.join(' ')}`)
    statuses.push(await guichet(['keys', 'rotate', ...typed], settings))
  }
  for (const ring of ['personal', 'vault']) await rotate(ring, '--next')
  await restartAll()
  for (const ring of ['personal', 'vault']) await rotate(ring, '--promote')
  await rotate('lookup')
  await restartAll()
  const began = performance.now()
  statuses.push(await guichet(['keys', 'reseal'], settings, progress))
  const seconds = (performance.now() - began) / 1000
  const { served, failed, firstFault } = await serving.stop()
  const changed = await changing.stop()
  progress('looking at every account')
  const { lost, ...found } = await lookAtAll(world, size, changing)
  for (const server of servers) await server.drain()
  return [
    is('re-seal: commands that failed', statuses.filter(status => status !== 0).length, 0),
    { what: 're-seal: done in', figure: seconds, unit: 's', note: `${before} accounts` },
    atLeast('re-seal: sign-ins meanwhile', served, 1),
    is('re-seal: sign-ins that failed', failed, 0, firstFault),
    ...ACTS.map(act => atLeast(`re-seal: ${act} meanwhile`, changed.counts[act] ?? 0, 1)),
    is('re-seal: changes that failed', changed.failed, 0, changed.firstFault),
    is('re-seal: changes that are lost', lost, 0),
    { what: 're-seal: requests that a stopping process refused', figure: balancer.passedOver() },
    { what: 're-seal: requests sent again, their kept connection ending', figure: balancer.sentAgain() },
    is('re-seal: accounts afterwards', found.accounts, before + changed.signedUp),
    is('re-seal: under a former key', found.stale, 0),
    is('re-seal: that do not open', found.unopened, 0),
    is('re-seal: members not found under the newest key', found.unfound, 0),
  ]
}
