import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { rangeOf } from '../../../src/web/kit/ranges.ts'

describe('a range of bytes', () => {
  it('is read from its beginning, to its end, or from the end', () => {
    expect(rangeOf('bytes=0-1', 10)).toEqual({ from: 0, to: 1 })
    expect(rangeOf('bytes=4-', 10)).toEqual({ from: 4, to: 9 })
    expect(rangeOf('bytes=-3', 10)).toEqual({ from: 7, to: 9 })
    expect(rangeOf('bytes=4-99', 10)).toEqual({ from: 4, to: 9 })
  })

  it('is the whole when it asks for nothing, for several parts, or for what there is not', () => {
    for (const header of ['', 'bytes=-', 'bytes=0-1,3-4', 'bytes=5-2', 'bytes=10-', 'lines=0-1', 'bytes=a-b']) {
      expect(rangeOf(header, 10)).toBeUndefined()
    }
  })

  it('never leaves the bytes that there are', () => {
    fc.assert(
      fc.property(fc.string(), fc.nat(), fc.nat(), fc.integer({ min: 1, max: 1000 }), (noise, first, last, size) => {
        for (const header of [noise, `bytes=${first}-${last}`, `bytes=${first}-`, `bytes=-${last}`]) {
          const range = rangeOf(header, size)
          if (range) expect(range.from >= 0 && range.from <= range.to && range.to < size).toBe(true)
        }
      }),
    )
  })
})
