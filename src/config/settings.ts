/** The configuration keys as a list: what the loader reads, the documentation shows and mistakes name. */
import { z } from 'zod'
import { settingsSchema } from './schema.ts'
import { type Meaning, meanings } from './values.ts'

export type Setting = {
  /** As in the file: `session.idle`. */
  readonly path: string
  readonly steps: readonly string[]
  readonly variable: string
  readonly meaning: Meaning
}

const upperSnake = (name: string): string => name.replace(/[A-Z]/g, letter => `_${letter}`).toUpperCase()

const settingsOf = (group: z.ZodObject, above: readonly string[]): readonly Setting[] =>
  Object.entries(group.shape).flatMap(([name, schema]): readonly Setting[] => {
    const steps = [...above, name]
    const path = steps.join('.')
    const meaning = meanings.get(schema as z.ZodType)
    if (meaning)
      return [{ path, steps, variable: meaning.variable ?? `GUICHET_${steps.map(upperSnake).join('_')}`, meaning }]
    if (schema instanceof z.ZodObject) return settingsOf(schema, steps)
    throw new Error(`the configuration key ${path} has no meaning`)
  })

export const listSettings = (): readonly Setting[] => settingsOf(settingsSchema, [])

/** Variables that are read elsewhere than by the schema: where the file is, and the keys themselves. */
export const otherVariables: readonly { readonly name: string; readonly meaning: string }[] = [
  { name: 'GUICHET_CONFIG', meaning: 'Path of a JSON file of configuration; variables win over it.' },
  {
    name: 'GUICHET_KEYS',
    meaning: 'The keys themselves, as the JSON that `npm run guichet -- keys new --print` prints.',
  },
]
