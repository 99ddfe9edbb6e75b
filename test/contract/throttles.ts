import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import type { WaitPolicy } from '../../src/stores/contracts.ts'
import { anId, later, noon } from '../builders/records.ts'
import { type ExpiringStores, eachOpened, type OpenStores } from './set-up.ts'

const signIn: WaitPolicy = { free: 5, firstWait: 60, longestWait: 3600, memory: 86_400 }

/** The policy in words: what each try, made at a second, should get. */
const expectedTries = (policy: WaitPolicy, seconds: readonly number[]) => {
  let [count, until, forgotten] = [0, 0, 0]
  return seconds.map(now => {
    if (now >= forgotten) [count, until] = [0, 0]
    if (now < until) return { granted: false, until: later(until) }
    count += 1
    const wait = count < policy.free ? 0 : Math.min(policy.longestWait, policy.firstWait * 2 ** (count - policy.free))
    until = now + wait
    forgotten = now + Math.max(policy.memory, wait)
    return { granted: true, count }
  })
}

export const throttleStoreContract = (open: OpenStores<ExpiringStores>): void => {
  const opened = eachOpened(open, { beforeEach, afterEach })
  const throttles = () => opened().stores.throttles

  describe('a wait', () => {
    it('holds up nobody whose clock was read a moment before that of a try written first', async () => {
      expect((await throttles().attempt('signIn', 'k', signIn, noon)).granted).toBe(true)
      const earlier = new Date(noon.getTime() - 5)
      expect(await throttles().attempt('signIn', 'k', signIn, earlier)).toEqual({ granted: true, count: 2 })
      expect(await throttles().attempt('signIn', 'k', signIn, earlier)).toEqual({ granted: true, count: 3 })
    })

    it('comes after the fifth try, lasts a minute, then doubles up to an hour', async () => {
      const waits: number[] = []
      let now = noon
      for (let i = 0; i < 13; i += 1) {
        expect((await throttles().attempt('signIn', 'k', signIn, now)).granted).toBe(true)
        if (i < 4) continue
        const refused = await throttles().attempt('signIn', 'k', signIn, now)
        if (refused.granted) throw new Error('a try was let through during a wait')
        waits.push((refused.until.getTime() - now.getTime()) / 1000)
        now = refused.until
      }
      expect(waits).toEqual([60, 120, 240, 480, 960, 1920, 3600, 3600, 3600])
    })

    it('is neither lengthened nor counted by tries made during it', async () => {
      for (let i = 0; i < 5; i += 1) await throttles().attempt('signIn', 'k', signIn, noon)
      for (const seconds of [1, 30, 59])
        expect(await throttles().attempt('signIn', 'k', signIn, later(seconds))).toEqual({
          granted: false,
          until: later(60),
        })
      expect(await throttles().peek('signIn', 'k', later(59))).toBe(5)
      expect(await throttles().attempt('signIn', 'k', signIn, later(60))).toEqual({ granted: true, count: 6 })
    })

    it('ends with a reset, and the count with it', async () => {
      for (let i = 0; i < 6; i += 1) await throttles().attempt('signIn', 'k', signIn, noon)
      await throttles().reset('signIn', 'k')
      expect(await throttles().peek('signIn', 'k', noon)).toBe(0)
      expect(await throttles().attempt('signIn', 'k', signIn, noon)).toEqual({ granted: true, count: 1 })
    })

    it('follows its policy whatever the times of the tries', async () => {
      const policy = fc.record({
        free: fc.integer({ min: 1, max: 6 }),
        firstWait: fc.integer({ min: 1, max: 100 }),
        longestWait: fc.integer({ min: 100, max: 1000 }),
        memory: fc.integer({ min: 1, max: 3000 }),
      })
      await fc.assert(
        fc.asyncProperty(policy, fc.array(fc.integer({ min: 0, max: 900 }), { maxLength: 30 }), async (given, gaps) => {
          const key = anId()
          let second = 0
          const seconds = gaps.map(gap => (second += gap))
          const tries: unknown[] = []
          for (const at of seconds) tries.push(await throttles().attempt('p', key, given, later(at)))
          expect(tries).toEqual(expectedTries(given, seconds))
        }),
        { numRuns: 60 },
      )
    })

    it('counts every one of many tries made at once', async () => {
      const other = await opened().another()
      const tries = await Promise.all(
        Array.from({ length: 30 }, (_, i) => (i % 2 ? throttles() : other.throttles).attempt('s', 'k', signIn, noon)),
      )
      expect(tries.filter(each => each.granted)).toHaveLength(5)
    })
  })

  describe('a count', () => {
    it('refuses beyond its most until its window ends, then begins again', async () => {
      const policy = { max: 2, window: 60 }
      const at = (seconds: number) => throttles().count('mail', 'k', policy, later(seconds))
      expect(await at(0)).toEqual({ granted: true, count: 1, until: later(60) })
      expect(await at(30)).toEqual({ granted: true, count: 2, until: later(60) })
      expect(await at(59)).toEqual({ granted: false, count: 3, until: later(60) })
      expect(await at(60)).toEqual({ granted: true, count: 1, until: later(120) })
    })

    it('is apart for each name and key', async () => {
      const policy = { max: 1, window: 60 }
      expect((await throttles().count('a', 'k', policy, noon)).granted).toBe(true)
      expect((await throttles().count('b', 'k', policy, noon)).granted).toBe(true)
      expect((await throttles().count('a', 'l', policy, noon)).granted).toBe(true)
      expect((await throttles().count('a', 'k', policy, noon)).granted).toBe(false)
      expect(await throttles().peek('a', 'never', noon)).toBe(0)
    })

    it('lets through exactly its most of many at once', async () => {
      const other = await opened().another()
      const policy = { max: 7, window: 60 }
      const counts = await Promise.all(
        Array.from({ length: 30 }, (_, i) => (i % 2 ? throttles() : other.throttles).count('c', 'k', policy, noon)),
      )
      expect(counts.filter(each => each.granted)).toHaveLength(7)
    })
  })

  describe('a set', () => {
    it('takes so many different members and knows those it has', async () => {
      const policy = { max: 3, window: 60 }
      const add = async (member: string, seconds = 0) =>
        (await throttles().distinct('numbers', 'k', member, policy, later(seconds))).granted
      expect([await add('a'), await add('b'), await add('a'), await add('c'), await add('d')]).toEqual([
        true,
        true,
        true,
        true,
        false,
      ])
      expect(await throttles().peek('numbers', 'k', noon)).toBe(3)
      expect(await add('b', 30)).toBe(true)
      expect(await add('d', 60)).toBe(true)
      expect(await throttles().peek('numbers', 'k', later(60))).toBe(2)
    })

    it('never takes more of many at once', async () => {
      const other = await opened().another()
      const policy = { max: 3, window: 60 }
      const added = await Promise.all(
        Array.from({ length: 20 }, (_, i) =>
          (i % 2 ? throttles() : other.throttles).distinct('n', 'k', String(i), policy, noon),
        ),
      )
      expect(added.filter(each => each.granted)).toHaveLength(3)
    })
  })

  describe('what throttles keep', () => {
    it('is purged once forgotten, and shows no key', async () => {
      const key = anId()
      await throttles().count('a', key, { max: 1, window: 60 }, noon)
      await throttles().distinct('b', key, key, { max: 1, window: 60 }, noon)
      await throttles().attempt('c', key, { ...signIn, memory: 60 }, noon)
      expect((await opened().dump()).includes(key)).toBe(false)
      expect(await opened().stores.purgeExpired(later(59), 100)).toBe(0)
      expect(await opened().stores.purgeExpired(later(60), 100)).toBe(3)
    })
  })
}
