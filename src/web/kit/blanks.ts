import { escapeHtml } from '../views/rich.ts'

/** What stands, on a page rendered once, where a word of each person's own will be. Of the private use area: nobody types it. */
const MARK = /\uE000(\w+)\uE000/
export const blank = (name: string): string => `\uE000${name}\uE000`

export type Blanks = {
  /** The page of this key, rendered the first time alone, its blanks filled in with these words, escaped. */
  fill(key: string, render: () => string, words: Readonly<Record<string, string>>): string
}

/** Every error in every language with every usual wait; what comes beyond is rendered anew. */
const MOST_PAGES = 200

/** For pages that must cost next to nothing. Keys are few: a language, a number among a handful. */
export const makeBlanks = (): Blanks => {
  const pages = new Map<string, readonly string[]>()
  return {
    fill: (key, render, words) => {
      // text, name of a blank, text, name of a blank…
      const parts = pages.get(key) ?? render().split(MARK)
      if (pages.size < MOST_PAGES) pages.set(key, parts)
      return parts.map((part, nth) => (nth % 2 === 0 ? part : escapeHtml(words[part] ?? ''))).join('')
    },
  }
}
