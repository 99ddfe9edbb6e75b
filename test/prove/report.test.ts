import { describe, expect, it } from '@jest/globals'
import { atLeast, atMost, holds, is, type Part } from '../../scripts/prove/part.ts'
import { asFailure, asJson, asTable, isProven, type Proven } from '../../scripts/prove/report.ts'
import { runPart } from '../../scripts/prove/run.ts'

const proven = (given: Partial<Proven> = {}): Proven => ({
  part: 'sample',
  title: 'a sample',
  form: 'short',
  store: 'embedded',
  seconds: 3,
  rows: [is('holders', 1, 1)],
  ...given,
})

const aPart = (run: Part['run'], minutes = 1): Part => ({
  name: 'sample',
  title: 'a sample',
  minutes: { short: minutes, long: minutes },
  run,
})
const settings = { form: 'short', store: 'embedded', progress: () => undefined } as const

describe('a row of the proof', () => {
  it('holds within its bound, the bound itself included, and not beyond', () => {
    expect([1, 2, 3].map(figure => holds(atMost('x', figure, 2)))).toEqual([true, true, false])
    expect([1, 2, 3].map(figure => holds(atLeast('x', figure, 2)))).toEqual([false, true, true])
    expect([1, 2].map(figure => holds(is('x', figure, 2)))).toEqual([false, true])
    expect(holds(is('x', 'intact', 'intact'))).toBe(true)
    expect(holds({ what: 'x', figure: 7 })).toBe(true)
  })

  it('does not hold when nothing was measured', () => {
    expect(holds(atMost('x', Number.NaN, 2))).toBe(false)
    expect(holds(atLeast('x', Number.NaN, 2))).toBe(false)
    expect(holds(is('x', Number.NaN, 2))).toBe(false)
  })
})

describe('a part', () => {
  it('is proven when every row holds, and not when one does not or when it was cut short', () => {
    expect(isProven(proven())).toBe(true)
    expect(isProven(proven({ rows: [is('a', 1, 1), is('b', 1, 2)] }))).toBe(false)
    expect(isProven(proven({ rows: [] }))).toBe(false)
    expect(isProven(proven({ fault: 'a process ended' }))).toBe(false)
  })

  it('says of a failure what does not hold and nothing else', () => {
    const rows = [is('holders', 2, 1), atMost('wait', 0.5, 5, 's')]
    expect(asFailure(proven({ rows, fault: 'a process ended' })).split('\n')).toEqual([
      'sample: a sample (short form, embedded store, 3 s)',
      'what     figure  bound',
      'holders  2       = 1    NOT HELD',
      'CUT SHORT: a process ended',
    ])
    expect(asFailure(proven({ rows: [] }))).toContain('nothing')
  })

  it('is read in a table, and in JSON with what held', () => {
    const said = proven({ rows: [is('holders', 2, 1), atMost('wait', 0.5, 5, 's', 'from a new browser')] })
    expect(asTable(said).split('\n')).toEqual([
      'sample: a sample (short form, embedded store, 3 s)',
      'what     figure  bound',
      'holders  2       = 1    NOT HELD',
      'wait     0.50 s  ≤ 5 s  held      from a new browser',
    ])
    expect(JSON.parse(asJson(said, new Date(0)))).toMatchObject({
      proven: false,
      rows: [
        { what: 'holders', held: false },
        { what: 'wait', held: true },
      ],
    })
  })

  it('that throws says so, and is not proven', async () => {
    const ran = await runPart(
      aPart(async () => {
        throw new Error('a process ended')
      }),
      settings,
    )
    expect(ran.fault).toContain('a process ended')
    expect(isProven(ran)).toBe(false)
  })

  it('is told when its time is up, and what it had measured by then does not count as proven', async () => {
    const untilTold: Part['run'] = async ({ signal }) => {
      await new Promise(resolve => signal.addEventListener('abort', resolve))
      return [is('holders', 1, 1)]
    }
    const ran = await runPart(aPart(untilTold, 0.001), settings)
    expect(ran).toMatchObject({ fault: 'it was cut after 0.001 minutes', rows: [{ what: 'holders' }] })
    expect(isProven(ran)).toBe(false)
  })
})
