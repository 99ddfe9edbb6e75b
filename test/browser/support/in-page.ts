import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'

type Answers = {
  readonly overflow: {
    readonly scrolls: boolean
    readonly beyond: readonly string[]
    readonly cut: readonly string[]
  }
  readonly spacing: undefined
  readonly stops: number
  readonly stop: { readonly stop: number; readonly seen: boolean; readonly what: string }
  readonly controls: readonly {
    readonly index: number
    readonly name: string
    readonly label: string
    readonly hint: string
    readonly fault: string
    readonly kind: 'field' | 'radio' | 'group'
  }[]
  readonly summary:
    | {
        readonly focused: boolean
        readonly first: boolean
        readonly role: string | null
        readonly links: readonly {
          readonly text: string
          readonly hash: string
          readonly isField: boolean
          readonly repeated: boolean
        }[]
      }
    | undefined
}

const sources = new Map<string, string>()

/** Runs the function `look` of a file of in-page/ in the page itself. They are plain JavaScript: the project's types know no DOM. */
export const inPage = async <N extends keyof Answers>(page: Page, name: N, given?: unknown): Promise<Answers[N]> => {
  const source =
    sources.get(name) ??
    readFileSync(new URL(`./in-page/${name}.js`, import.meta.url), 'utf8').replace('export const look', 'const look')
  sources.set(name, source)
  return (await page.evaluate(`(() => {${source}\nreturn look(${JSON.stringify(given)})})()`)) as Answers[N]
}
