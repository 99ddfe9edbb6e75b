/** A rotation as an operator makes it: keys rotate, processes restarted one after the other, keys reseal; members sign in all along. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { makeEnvelope } from '../../../src/protection/envelope.ts'
import { makeLookup } from '../../../src/protection/lookup.ts'
import type { AccountId, AccountStore } from '../../../src/stores/contracts.ts'
import { isPending, seededPerson } from '../../seed/people.ts'
import { atLeast, is, type PartNeeds, type Row } from '../part.ts'
import type { World } from '../world/world.ts'
import { startServing } from './serving.ts'
import type { Sized } from './sized.ts'

const root = fileURLToPath(new URL('../../../', import.meta.url))

/** The command line, as an operator types it; its progress as it goes. Gives its exit status. */
const guichet = async (
  args: readonly string[],
  dataDir: string,
  progress: (line: string) => void = () => undefined,
): Promise<number | null> => {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', 'src/cli/main.ts', ...args], {
    cwd: root,
    env: { PATH: process.env.PATH, USER: 'prove', GUICHET_DATA_DIR: dataDir },
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
const lookAtAll = async (world: World, dataDir: string, size: number) => {
  const { stores, configuration } = await world.store.open({ GUICHET_DATA_DIR: dataDir })
  try {
    const envelope = makeEnvelope(configuration.keys.personal)
    const lookup = makeLookup({ ring: configuration.keys.lookup, index: configuration.keys.index })
    const found = { accounts: 0, stale: 0, unopened: 0, lost: 0 }
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
      if ((await stores.accounts.findHolder(underNewest))?.id !== id) found.lost += 1
    }
    return found
  } finally {
    await stores.close()
  }
}

export const resealRows = async ({ size, world, dataDir }: Sized, { progress }: PartNeeds): Promise<readonly Row[]> => {
  const { accounts } = world.foundations.stores
  const before = await accounts.count()
  const former = [await world.start(), await world.start()]
  const serving = await startServing(world, size, former)

  const statuses = [
    await guichet(['keys', 'rotate', 'personal'], dataDir),
    await guichet(['keys', 'rotate', 'lookup'], dataDir),
  ]
  // one after the other, as machines are restarted
  let serve = former
  for (const server of former) {
    serve = [...serve.filter(one => one !== server), await world.start()]
    await serving.serve(serve)
    await server.drain()
  }
  const began = performance.now()
  statuses.push(await guichet(['keys', 'reseal'], dataDir, progress))
  const seconds = (performance.now() - began) / 1000
  const { served, failed, firstFault } = await serving.stop()
  progress('looking at every account')
  const found = await lookAtAll(world, dataDir, size)
  for (const server of serve) await server.drain()
  return [
    is('re-seal: commands that failed', statuses.filter(status => status !== 0).length, 0),
    { what: 're-seal: done in', figure: seconds, unit: 's', note: `${before} accounts` },
    atLeast('re-seal: sign-ins meanwhile', served, 1),
    is('re-seal: sign-ins that failed', failed, 0, firstFault),
    is('re-seal: accounts afterwards', found.accounts, before),
    is('re-seal: under a former key', found.stale, 0),
    is('re-seal: that do not open', found.unopened, 0),
    is('re-seal: members not found under the newest key', found.lost, 0),
  ]
}
