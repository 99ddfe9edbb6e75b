import { describe, expect, it } from '@jest/globals'
import argon2 from 'argon2'
import { type Busy, makePasswords, type PasswordSettings } from '../../src/protection/passwords.ts'

const settings: PasswordSettings = { memoryKib: 1024, passes: 2, lanes: 1, concurrency: 2, queue: 2 }
const passwords = (given: Partial<PasswordSettings> = {}) => makePasswords({ ...settings, ...given })
const hashOf = async (password: string) => {
  const hashed = await passwords().hash(password)
  if (hashed.kind === 'busy') throw new Error('busy')
  return hashed.hash
}
const right = { kind: 'verified', right: true, stale: false }
const wrong = { kind: 'verified', right: false, stale: false }

describe('passwords', () => {
  it('are hashed with argon2id at the parameters set', async () => {
    expect(await hashOf('Tulipe4Velo')).toMatch(/^\$argon2id\$v=19\$m=1024,p=1,t=2\$/)
  })

  it('are right when they are, wrong when they are not or nobody is there', async () => {
    const hash = await hashOf('Tulipe4Velo')
    expect(await passwords().verify(hash, 'Tulipe4Velo')).toEqual(right)
    expect(await passwords().verify(hash, 'tulipe4velo')).toEqual(wrong)
    expect(await passwords().verify(undefined, 'Tulipe4Velo')).toEqual(wrong)
    expect(await passwords().verify(undefined, '')).toEqual(wrong)
  })

  it('are the same however an accent or a digit was typed', async () => {
    const hash = await hashOf('\u00c9t\u00e9 2026 ici')
    expect(await passwords().verify(hash, 'E\u0301te\u0301 2026 ici')).toEqual(right)
    expect(await passwords().verify(hash, '\u00c9t\u00e9 \uff12026 ici')).toEqual(right)
  })

  it('are wrong beyond the longest one, without an error', async () => {
    expect(await passwords().verify(await hashOf('Tulipe4Velo'), 'x'.repeat(10_000))).toEqual(wrong)
  })

  it('are told stale when hashed with other parameters, only if right', async () => {
    const hash = await hashOf('Tulipe4Velo')
    const stronger = passwords({ passes: 3 })
    expect(await stronger.verify(hash, 'Tulipe4Velo')).toEqual({ ...right, stale: true })
    expect(await stronger.verify(hash, 'wrong')).toEqual(wrong)
  })

  it('take as long to be refused for nobody as for somebody', async () => {
    const dearer = { memoryKib: 8192, passes: 3 }
    const hash = await argon2.hash('Tulipe4Velo', { memoryCost: 8192, timeCost: 3, parallelism: 1 })
    const medianOf = async (given: string | undefined) => {
      const times: number[] = []
      for (let i = 0; i < 15; i += 1) {
        const cpu = process.cpuUsage()
        await passwords(dearer).verify(given, 'wrong')
        times.push(process.cpuUsage(cpu).user)
      }
      return times.sort((a, b) => a - b)[7] ?? 0
    }
    const [nobody, somebody] = [await medianOf(undefined), await medianOf(hash)]
    expect(nobody / somebody).toBeGreaterThan(0.5)
    expect(nobody / somebody).toBeLessThan(2)
  })

  it('are checked so many at once, so many wait, and the rest is asked to come back', async () => {
    const bounded = passwords()
    const outcomes = await Promise.all(Array.from({ length: 9 }, () => bounded.verify(undefined, 'x')))
    const busy = outcomes.filter((outcome): outcome is Busy => outcome.kind === 'busy')
    expect(busy).toHaveLength(5)
    expect(busy.every(each => each.retryAfterSeconds >= 1)).toBe(true)
    expect(await bounded.verify(undefined, 'x')).toEqual(wrong)
  })

  it('let nobody in for a longer wait than people have patience for', async () => {
    const impatient = passwords({ concurrency: 1, queue: 10_000, longestWaitMs: 20 })
    const outcomes = await Promise.all(Array.from({ length: 9 }, () => impatient.verify(undefined, 'x')))
    // one is checked, one waits for that: a third would wait for both
    expect(outcomes.filter(({ kind }) => kind === 'verified')).toHaveLength(2)
    expect(await impatient.verify(undefined, 'x')).toEqual(wrong)
  })

  it('give a place up whatever comes of it, used or not', async () => {
    const single = passwords({ concurrency: 1, queue: 0 })
    const inside = await single.admit(async () => single.full())
    expect(inside).toBe(true)
    await expect(single.admit(async () => Promise.reject(new Error('a store that fails')))).rejects.toThrow()
    expect(single.full()).toBe(false)
    expect(await single.verify(undefined, 'x')).toEqual(wrong)
  })

  it('give their turn back after a fault', async () => {
    const bounded = passwords({ concurrency: 1, queue: 1 })
    await expect(bounded.verify('not a hash', 'x')).rejects.toThrow()
    expect(await bounded.verify(undefined, 'x')).toEqual(wrong)
  })
})
