import { StoreAway, type Stores } from '../../src/stores/contracts.ts'

/** Where a process dies: before its nth call to a store, or just after, when the store has done it and nobody has heard. */
export type Crash = { readonly call: number; readonly when: 'before' | 'after' }

/** The same stores, seen by a process that dies at that call: everything it asks afterwards fails too. */
export const dyingAt = (stores: Stores, { call, when }: Crash) => {
  const state = { calls: 0, dead: false }

  const guarded = async (act: () => Promise<unknown>): Promise<unknown> => {
    if (state.dead) throw new StoreAway('dead')
    state.calls += 1
    const dies = state.calls === call
    if (dies && when === 'before') {
      state.dead = true
      throw new StoreAway('died before')
    }
    const done = await act()
    if (dies) {
      state.dead = true
      throw new StoreAway('died after')
    }
    return done
  }

  const watched = <T extends object>(store: T): T =>
    new Proxy(store, {
      get: (target, name) => {
        const method: unknown = Reflect.get(target, name)
        if (typeof method !== 'function') return method
        return (...given: readonly unknown[]) => guarded(() => method.apply(target, given))
      },
    })

  return {
    stores: {
      ...stores,
      accounts: watched(stores.accounts),
      cases: watched(stores.cases),
      jobs: watched(stores.jobs),
      throttles: watched(stores.throttles),
      audit: watched(stores.audit),
    },
    died: () => state.dead,
  }
}

/** Plays a scene with a death at every call that it makes, before and after it, until it makes no more. Says how many deaths. */
export const atEveryCrash = async (scene: (crash: Crash) => Promise<{ died(): boolean }>): Promise<number> => {
  let deaths = 0
  for (const when of ['before', 'after'] as const) {
    for (let call = 1; ; call += 1) {
      const { died } = await scene({ call, when })
      if (!died()) break
      deaths += 1
    }
  }
  return deaths
}
