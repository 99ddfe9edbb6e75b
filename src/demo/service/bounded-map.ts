export type BoundedMap<T> = {
  get(key: string): T | undefined
  set(key: string, value: T): void
  /** Gives the value and forgets it. */
  take(key: string): T | undefined
  entries(): readonly (readonly [string, T])[]
}

/** A map that holds so many entries for so long: the oldest make way, and an expired one is as if it were not there. */
export const makeBoundedMap = <T>(size: number, lifetimeMs: number, clock: () => number = Date.now): BoundedMap<T> => {
  const map = new Map<string, { readonly value: T; readonly until: number }>()
  const live = (key: string): T | undefined => {
    const entry = map.get(key)
    if (entry !== undefined && entry.until > clock()) return entry.value
    map.delete(key)
    return undefined
  }
  return {
    get: live,
    set(key, value) {
      map.delete(key)
      map.set(key, { value, until: clock() + lifetimeMs })
      const oldest = map.keys().next()
      if (map.size > size && oldest.done !== true) map.delete(oldest.value)
    },
    take(key) {
      const value = live(key)
      map.delete(key)
      return value
    },
    entries: () =>
      [...map.keys()].flatMap(key => {
        const value = live(key)
        return value === undefined ? [] : [[key, value] as const]
      }),
  }
}
