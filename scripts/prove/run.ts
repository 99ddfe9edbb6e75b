/** Runs one part within its time, and gives what it found however it ended. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Form, Part, PartNeeds } from './part.ts'
import { asJson, type Proven } from './report.ts'

const output = fileURLToPath(new URL('../../test-output/prove', import.meta.url))

/** What a part that was told to stop still has to close what it opened. */
const CLOSING_MS = 60_000

export type RunSettings = Omit<PartNeeds, 'signal'>

const cutAfter = (part: Part, form: Form) => {
  const cut = new AbortController()
  const minutes = part.minutes[form]
  let closing: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    closing = setTimeout(() => {
      cut.abort()
      closing = setTimeout(() => reject(new Error(`it took more than ${minutes} minutes`)), CLOSING_MS)
    }, minutes * 60_000)
  })
  return { signal: cut.signal, late, done: () => clearTimeout(closing) }
}

/** Written to test-output/prove/<part>.json too. */
export const runPart = async (part: Part, settings: RunSettings): Promise<Proven> => {
  const { form, store } = settings
  const began = performance.now()
  const { signal, late, done } = cutAfter(part, form)
  const told = { part: part.name, title: part.title, form, store }
  const seconds = () => (performance.now() - began) / 1000
  const run = async (): Promise<Proven> => {
    try {
      const rows = await Promise.race([part.run({ ...settings, signal }), late])
      const fault = signal.aborted ? { fault: `it was cut after ${part.minutes[form]} minutes` } : {}
      return { ...told, seconds: seconds(), rows, ...fault }
    } catch (fault) {
      const text = fault instanceof Error ? (fault.stack ?? fault.message) : String(fault)
      return { ...told, seconds: seconds(), rows: [], fault: text }
    } finally {
      done()
    }
  }
  const proven = await run()
  mkdirSync(output, { recursive: true })
  writeFileSync(join(output, `${part.name}${form === 'short' ? '-short' : ''}.json`), asJson(proven, new Date()))
  return proven
}
