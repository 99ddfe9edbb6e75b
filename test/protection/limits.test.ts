import { describe, expect, it } from '@jest/globals'
import { limits } from '../../src/protection/limits.ts'
import { sourcesBut } from '../builders/sources.ts'

describe('the list of limits', () => {
  it.each(Object.entries(limits))('has a policy that makes sense: %s', (_, { kind, policy, meaning }) => {
    expect(meaning).not.toBe('')
    if (kind === 'wait') {
      expect(policy.free).toBeGreaterThan(0)
      expect(policy.firstWait).toBeLessThanOrEqual(policy.longestWait)
      expect(policy.memory).toBeGreaterThanOrEqual(policy.longestWait)
      return
    }
    expect(policy.max).toBeGreaterThan(0)
    expect(policy.window).toBeGreaterThan(0)
  })

  it('has no limit that nothing heeds', () => {
    const uses = sourcesBut('protection/limits.ts')
    const heeded = (name: string) => new RegExp(`\\blimits\\.${name}\\b|'${name}'`).test(uses)
    expect(Object.keys(limits).filter(name => !heeded(name))).toEqual([])
  })

  it.each(['signIn', 'signInDevice'] as const)(
    'lets a guesser try one number 25 times a day at most, as the CNIL advises: %s',
    name => {
      const { free, firstWait, longestWait } = limits[name].policy
      expect(free).toBeLessThanOrEqual(5)
      expect(firstWait).toBeGreaterThanOrEqual(60)
      let [tries, seconds] = [0, 0]
      while (seconds < 24 * 3600) {
        tries += 1
        if (tries >= free) seconds += Math.min(longestWait, firstWait * 2 ** (tries - free))
      }
      expect(tries).toBeLessThanOrEqual(25)
    },
  )
})
