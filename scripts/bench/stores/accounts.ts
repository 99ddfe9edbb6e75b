/** The same look-ups and sign-ins among few accounts and among many. */
import { openContracts } from '../../prove/world/stores/contracts.ts'
import { isPending, seededPerson } from '../../seed/people.ts'
import { seed } from '../../seed/seed.ts'
import { type Contender, measureTimes } from '../rounds.ts'
import { contender, type Server, startServer, stopAll } from '../serving.ts'
import { type StoresNeeds, scaled, storeEnv, type TakeOnStores } from './needs.ts'

const FEW = 1000
/** Whom sign-ins are tried with: everywhere in the database. */
const PEOPLE = 2
const plans = {
  lookUp: { warmUp: 4000, rounds: 15, count: 400, limitMs: 45_000 },
  signIn: { warmUp: 240, rounds: 11, count: 40, limitMs: 60_000 },
}
/** A light hash on both sides: what is looked for is what the database adds. */
const LIGHT = { GUICHET_PASSWORDS_MEMORY: '1024', GUICHET_PASSWORDS_ITERATIONS: '1' }
const SAID_EVERY_MS = 5_000

type Seeded = { readonly count: number; readonly server: Server }

const seeded = async (needs: StoresNeeds, count: number): Promise<Seeded> => {
  const { settings } = await needs.world.store(`accounts-${count}`)
  const opened = await openContracts({ ...settings, ...LIGHT })
  let said = 0
  const progress = (done: number): void => {
    if (performance.now() - said < SAID_EVERY_MS) return
    said = performance.now()
    needs.say(`… seeding, ${done} of ${count}`)
  }
  try {
    await seed(opened, { accounts: count, beside: false, sealers: 2, env: { ...settings, ...LIGHT }, progress })
  } finally {
    await opened.stores.close()
  }
  const people = { people: PEOPLE, among: count }
  return { count, server: await startServer(needs, 'guichet', { hash: 'light', env: storeEnv(settings), people }) }
}

/** Anybody of them: each time somebody else, all over the database. */
const someNumbers = (count: number, among: number): readonly string[] =>
  Array.from({ length: count }, () => Math.floor(Math.random() * among)).map(
    nth => seededPerson(isPending(nth) ? nth - 1 : nth).nir.number,
  )

const lookingUp = ({ count, server: { child } }: Seeded): Contender => {
  let numbers: readonly string[] = []
  return {
    name: String(count),
    cpu: child.cpu,
    prepare: async acts => {
      numbers = someNumbers(acts, count)
    },
    act: () => child.ask('lookUp', numbers),
  }
}

export const accounts: TakeOnStores = async needs => {
  const few = await seeded(needs, Math.min(FEW, needs.accounts))
  const many = await seeded(needs, needs.accounts)
  try {
    const both = [few, many]
    const lookUp = await measureTimes(both.map(lookingUp), scaled(plans.lookUp, needs.scale))
    const signIn = await measureTimes(
      both.map(({ count, server }) => contender(String(count), server, 'signIn')),
      scaled(plans.signIn, needs.scale),
    )
    const row = (measure: string, unit: 'ms' | 'ms CPU', times: typeof lookUp, of: 'wall' | 'cpu') =>
      ({
        measure: `${measure} among ${many.count}`,
        unit,
        figure: times[many.count]?.[of] ?? Number.NaN,
        baseline: { of: `among ${few.count}`, figure: times[few.count]?.[of] ?? Number.NaN },
        aim: { kind: 'ratio', atMost: 1.1 },
      }) as const
    return [
      row('account look-up', 'ms', lookUp, 'wall'),
      row('account look-up', 'ms CPU', lookUp, 'cpu'),
      row('sign-in, light hash,', 'ms', signIn, 'wall'),
      row('sign-in, light hash,', 'ms CPU', signIn, 'cpu'),
    ]
  } finally {
    await stopAll([few.server.child, many.server.child])
  }
}
