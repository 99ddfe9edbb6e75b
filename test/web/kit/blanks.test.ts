import { describe, expect, it } from '@jest/globals'
import { blank, makeBlanks } from '../../../src/web/kit/blanks.ts'

describe('a page with blanks', () => {
  it('is rendered once, and filled in with the words of each, escaped', () => {
    const blanks = makeBlanks()
    let rendered = 0
    const render = (): string => {
      rendered += 1
      return `<a href="${blank('path')}">${blank('id')} ${blank('path')}</a>`
    }
    expect(blanks.fill('fr', render, { path: '/a', id: '1' })).toBe('<a href="/a">1 /a</a>')
    expect(blanks.fill('fr', render, { path: '/"><b>', id: '2' })).toBe(
      '<a href="/&quot;&gt;&lt;b&gt;">2 /&quot;&gt;&lt;b&gt;</a>',
    )
    expect(rendered).toBe(1)
    blanks.fill('en', render, { path: '/a', id: '1' })
    expect(rendered).toBe(2)
  })
})
