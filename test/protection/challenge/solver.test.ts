import { createHash } from 'node:crypto'
import { describe, expect, it } from '@jest/globals'
import { makeChallenges } from '../../../src/protection/challenge/challenge.ts'
import { aClock, recordsInMemory } from './records.ts'

const trainingRounds = 20
const attackRounds = 60
const form = 'robot'

describe('a robot that memorises the bytes of pictures', () => {
  it('never meets one again, and gets no more than luck', async () => {
    const { clock } = aClock()
    const { records } = recordsInMemory()
    const challenges = makeChallenges({ records, clock })
    const learnt = new Map<string, string>()
    let recognised = 0
    let right = 0

    for (let round = 0; round < trainingRounds + attackRounds; round += 1) {
      const { id, name, pictures } = await challenges.issue({ form, mode: 'picture', language: 'fr', rounds: 1 })
      const hashes = await Promise.all(
        pictures.map(async number => {
          const served = await challenges.picture(id, number)
          return served.kind === 'served' ? createHash('sha256').update(served.bytes).digest('hex') : served.kind
        }),
      )
      expect(hashes.filter(hash => /^[0-9a-f]{64}$/.test(hash)).length).toBe(5)
      const known = hashes.findIndex(hash => learnt.get(hash) === name)
      recognised += hashes.filter(hash => learnt.has(hash)).length
      for (const [index, hash] of hashes.entries()) learnt.set(hash, index === 0 ? name : 'other')
      const response = String((known === -1 ? 0 : known) + 1)
      const outcome = await challenges.answer({ id, form, response })
      if (round >= trainingRounds && outcome.kind === 'passed') right += 1
    }

    expect(recognised).toBe(0)
    expect(right).toBeLessThan(attackRounds / 2) // luck is a fifth: once in ten million runs beyond a half
  })
})
