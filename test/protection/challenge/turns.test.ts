import { performance } from 'node:perf_hooks'
import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { makeServings } from '../../../src/protection/challenge/servings.ts'
import { makeTurns } from '../../../src/protection/challenge/turns.ts'

describe('turns', () => {
  it('never run more at once than allowed, nor keep more waiting, and let every accepted piece of work end', async () => {
    const limits = fc.record({ atOnce: fc.integer({ min: 1, max: 4 }), waiting: fc.integer({ min: 0, max: 6 }) })
    await fc.assert(
      fc.asyncProperty(limits, fc.integer({ min: 1, max: 20 }), async ({ atOnce, waiting }, asked) => {
        const { take: turns, full } = makeTurns({ atOnce, waiting })
        let running = 0
        let most = 0
        const work = async () => {
          running += 1
          most = Math.max(most, running)
          await new Promise(resolve => setImmediate(resolve))
          running -= 1
        }
        const answers = await Promise.all(Array.from({ length: asked }, () => turns(work)))
        expect(most).toBeLessThanOrEqual(atOnce)
        expect(answers.filter(({ kind }) => kind === 'done').length).toBe(Math.min(asked, atOnce + waiting))
        expect(running).toBe(0)
        expect(full()).toBe(false)
      }),
    )
  })

  it('leave a rest between two pieces of work', async () => {
    const rest = 20
    const { take: turns } = makeTurns({ atOnce: 1, waiting: 2, rest })
    const [first = 0, second = 0, third = 0] = (
      await Promise.all([1, 2, 3].map(() => turns(async () => performance.now())))
    ).map(turn => (turn.kind === 'done' ? turn.value : 0))
    expect(second - first).toBeGreaterThanOrEqual(rest - 1.5)
    expect(third - second).toBeGreaterThanOrEqual(rest - 1.5)
  })

  it('give way to the next when a piece of work fails', async () => {
    const { take: turns } = makeTurns({ atOnce: 1, waiting: 1 })
    const failing = turns(() => Promise.reject(new Error('ink ran out')))
    const next = turns(async () => 'drawn')
    await expect(failing).rejects.toThrow('ink ran out')
    expect(await next).toEqual({ kind: 'done', value: 'drawn' })
    expect(await turns(async () => 'again')).toEqual({ kind: 'done', value: 'again' })
  })
})

describe('servings', () => {
  it('are refused beyond their limit, thing by thing, and one given back can be taken again', () => {
    const servings = makeServings({ remembered: 10 })
    expect([1, 2, 3].map(() => servings.take('picture', 2))).toEqual([true, true, false])
    expect(servings.take('other', 2)).toBe(true)
    servings.giveBack('picture')
    expect(servings.take('picture', 2)).toBe(true)
  })

  it('are remembered for so many things, the oldest being forgotten first', () => {
    const servings = makeServings({ remembered: 2 })
    for (const thing of ['first', 'second', 'third']) servings.take(thing, 1)
    expect(servings.take('third', 1)).toBe(false)
    expect(servings.take('second', 1)).toBe(false)
    expect(servings.take('first', 1)).toBe(true)
  })
})
