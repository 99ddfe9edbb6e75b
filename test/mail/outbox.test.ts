import { describe, expect, it } from '@jest/globals'
import { makeOutbox } from '../../src/mail/outbox.ts'
import { aVault } from '../builders/keys.ts'

const now = new Date('2026-05-04T08:00:00Z')

const delays = (spreadSeconds: number): readonly number[] => {
  const outbox = makeOutbox({ vault: aVault(), clock: () => now, spreadSeconds })
  const mail = () => outbox.mail('passwordChanged', { accountId: 'a', at: now.toISOString() })
  return Array.from({ length: 200 }, () => mail().dueAt.getTime() - now.getTime())
}

describe('the outbox', () => {
  it('lets mails leave at any moment of their spread, so that nobody sees by their next request whether one left', () => {
    const drawn = delays(3)
    for (const delay of drawn) expect(delay >= 0 && delay <= 3000).toBe(true)
    for (const third of [0, 1000, 2000]) {
      expect(drawn.some(delay => delay >= third && delay <= third + 1000)).toBe(true)
    }
  })

  it('lets them leave at once where the operator wants it', () => {
    expect(new Set(delays(0))).toEqual(new Set([0]))
  })
})
