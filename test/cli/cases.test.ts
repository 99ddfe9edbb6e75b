import { describe, expect, it } from '@jest/globals'
import { runHere } from './run.ts'

describe('cases decide', () => {
  it.each([
    ['constructor', '--as'],
    ['__proto__', '--as'],
    ['number-moves', '--actor'],
  ])('refuses « --as %s » by a sentence about %s', async (verdict, about) => {
    const typed = ['cases', 'decide', '7K2M-Q4TD-9RWX', '--as', verdict, '--reason', 'ticket 1']
    const ran = await runHere(typed, {})
    expect([ran.code, ran.err]).toEqual([2, expect.stringContaining(about)])
  })
})
