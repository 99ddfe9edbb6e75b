/** So many of a batch at once: fewer than the connections of a process, which serves meanwhile. */
const atOnce = 8

/** Does the same with each, several at once; what came of each, in order. */
export const several = async <T, R>(items: readonly T[], act: (item: T) => Promise<R>): Promise<readonly R[]> => {
  const done: R[] = []
  for (let from = 0; from < items.length; from += atOnce)
    done.push(...(await Promise.all(items.slice(from, from + atOnce).map(act))))
  return done
}
