import { describe, expect, it } from '@jest/globals'
import { isOvermarked } from '../../src/identity/typed-text.ts'

/** Whether normalising puts it before an accent that it was written after: sorting such a row takes the square of its length. */
const isSorted = (character: string): boolean =>
  ['\u0345', '\u0334'].some(accent => {
    const [, first = '', ...rest] = `a${accent}${character}`.normalize('NFKD')
    return (rest.at(-1) === accent && first !== accent) || `a${character}${accent}`.normalize('NFKD')[1] === accent
  })

describe('a text overloaded with accents', () => {
  it('is one with more than thirty in a row, of whatever characters Unicode sorts as accents', () => {
    const passed: string[] = []
    // beyond the first two planes there are ideographs, and nothing to sort
    for (let point = 0x80; point <= 0x1ffff; point += 1) {
      const character = String.fromCodePoint(point)
      if (isSorted(character) && !isOvermarked(`a${character.repeat(31)}`)) passed.push(point.toString(16))
    }
    expect(passed).toEqual([])
    expect(isOvermarked(`a${'\u0301'.repeat(30)}`.repeat(100))).toBe(false)
  })
})
