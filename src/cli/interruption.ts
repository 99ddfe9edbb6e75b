/** Runs an act that ends by itself, at its next step, on Ctrl-C or SIGTERM. */
export const interruptible = async <T>(act: (signal: AbortSignal) => Promise<T>): Promise<T> => {
  const stop = new AbortController()
  const onSignal = () => stop.abort()
  process.once('SIGINT', onSignal).once('SIGTERM', onSignal)
  try {
    return await act(stop.signal)
  } finally {
    process.removeListener('SIGINT', onSignal).removeListener('SIGTERM', onSignal)
  }
}
