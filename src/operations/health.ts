/** Whether this process is alive, and whether it should be sent requests. */

export type Watched = { readonly name: string; readonly alive: () => boolean }

export type HealthAnswer = { readonly status: 200 | 503; readonly body: { readonly [name: string]: string } }

export type Health = {
  /** Always 200: that it is answered is the proof. */
  live(): HealthAnswer
  /** 200 when the store answers in time and workers turn; 503 otherwise, and from the moment that draining begins. */
  ready(): Promise<HealthAnswer>
  /** From now on not ready: whoever balances the load looks elsewhere. */
  drain(): void
}

export type HealthNeeds = {
  readonly storeReady: () => Promise<void>
  readonly workers: readonly Watched[]
  readonly timeLimitMs?: number
}

const within = (act: () => Promise<void>, limitMs: number): Promise<boolean> =>
  new Promise(resolve => {
    const timer = setTimeout(() => resolve(false), limitMs)
    act()
      .then(
        () => resolve(true),
        () => resolve(false),
      )
      .finally(() => clearTimeout(timer))
  })

export const makeHealth = ({ storeReady, workers, timeLimitMs = 1000 }: HealthNeeds): Health => {
  let draining = false
  let asking: Promise<boolean> | undefined

  // One question to the store at a time, however many ask for readiness.
  const storeAnswers = (): Promise<boolean> => {
    asking ??= within(storeReady, timeLimitMs).finally(() => {
      asking = undefined
    })
    return asking
  }

  return {
    live: () => ({ status: 200, body: { status: 'alive' } }),
    async ready() {
      if (draining) return { status: 503, body: { status: 'draining' } }
      if (!(await storeAnswers())) return { status: 503, body: { status: 'notReady', store: 'away' } }
      const stopped = workers.filter(({ alive }) => !alive()).map(({ name }) => name)
      if (stopped.length > 0) return { status: 503, body: { status: 'notReady', workers: stopped.join(' ') } }
      return { status: 200, body: { status: 'ready' } }
    },
    drain: () => {
      draining = true
    },
  }
}
