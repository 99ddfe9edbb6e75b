/** The waits of workers, given so that tests turn them by hand. */
export type Timers = {
  /** Calls `act` once after `milliseconds`; gives what cancels it. Never keeps the process alive. */
  after(milliseconds: number, act: () => void): () => void
}

export const systemTimers: Timers = {
  after: (milliseconds, act) => {
    const timer = setTimeout(act, milliseconds)
    timer.unref()
    return () => clearTimeout(timer)
  },
}

/** Resolves when the work is done or the time is over, whichever comes first. */
export const settledWithin = (work: Promise<unknown>, milliseconds: number, timers: Timers): Promise<void> =>
  new Promise(resolve => {
    const cancel = timers.after(milliseconds, resolve)
    work.finally(() => {
      cancel()
      resolve()
    })
  })
