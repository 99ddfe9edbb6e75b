/** A whole sign-in beside its password's hash. */
import { measureTimes } from '../rounds.ts'
import { contender, hashing, startArgon2, startServer, stopAll } from '../serving.ts'
import { scaled, storeEnv, type TakeOnStores } from './needs.ts'

const plan = { warmUp: 240, rounds: 9, count: 16, limitMs: 60_000 }

export const signIn: TakeOnStores = async needs => {
  const store = await needs.world.store('sign-in')
  const guichet = await startServer(needs, 'guichet', { hash: 'full', env: storeEnv(store.settings) })
  const argon2 = await startArgon2('full')
  try {
    const { known, hash } = await measureTimes(
      [contender('known', guichet, 'signIn'), hashing(argon2)],
      scaled(plan, needs.scale),
    )
    return [
      {
        measure: 'sign-in, from /authorize to tokens',
        unit: 'ms CPU',
        figure: known?.cpu ?? Number.NaN,
        baseline: { of: 'argon2id alone', figure: hash?.cpu ?? Number.NaN },
        aim: { kind: 'ratio', atMost: 1.4 },
      },
    ]
  } finally {
    await stopAll([guichet.child, argon2])
  }
}
