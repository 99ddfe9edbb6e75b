import type { ChallengeRecords } from '../../../src/protection/challenge/records.ts'

/** A store in memory that, like a real one, answers later than it is asked and keeps values as JSON. */
export const recordsInMemory = () => {
  const kept = new Map<string, { readonly json: string; readonly expiresAt: Date }>()
  const soon = () => new Promise<void>(resolve => setImmediate(resolve))
  const read = (key: string): unknown => {
    const record = kept.get(key)
    return record && JSON.parse(record.json)
  }

  const records: ChallengeRecords = {
    async put(kind, id, value, expiresAt) {
      await soon()
      kept.set(`${kind}:${id}`, { json: JSON.stringify(value), expiresAt })
    },
    async get(kind, id) {
      await soon()
      return read(`${kind}:${id}`)
    },
    async take(kind, id) {
      await soon()
      const value = read(`${kind}:${id}`)
      kept.delete(`${kind}:${id}`)
      await soon()
      return value
    },
  }
  return { records, kept }
}

/** A clock that tests set forward. */
export const aClock = () => {
  let now = Date.parse('2026-03-12T14:32:00Z')
  return {
    clock: () => new Date(now),
    forward: (minutes: number) => {
      now += minutes * 60_000
    },
  }
}
