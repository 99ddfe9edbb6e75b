/** Reads the configuration from the environment and the file that it names. */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { z } from 'zod'
import { productionProblems } from './production.ts'
import { type Settings, settingsSchema } from './schema.ts'
import { listSettings, otherVariables, type Setting } from './settings.ts'

type Grouped = { readonly [G in keyof Settings]: Readonly<Settings[G]> }

/** Everything that is configured but the keys and the texts. Durations are seconds, paths absolute. */
export type Config = Omit<Grouped, 'keysFile'> & { readonly production: boolean; readonly keysFile: string }

export type Environment = { readonly [name: string]: string | undefined }

export type LoadedConfig =
  | { readonly kind: 'loaded'; readonly config: Config }
  /** One sentence each, saying which key and what is expected; never a value. */
  | { readonly kind: 'refused'; readonly problems: readonly string[] }

type Tree = { [name: string]: unknown }
const isTree = (value: unknown): value is Tree => typeof value === 'object' && value !== null && !Array.isArray(value)

const readTree = (path: string): Tree | string => {
  try {
    const tree: unknown = JSON.parse(readFileSync(path, 'utf8'))
    return isTree(tree) ? tree : 'GUICHET_CONFIG: expected a file that holds a JSON object.'
  } catch (fault) {
    const why = fault instanceof SyntaxError ? 'it is not JSON' : 'it cannot be read'
    return `GUICHET_CONFIG: expected a JSON file (${path}: ${why}).`
  }
}

/** Sets a value at its place; a group given as something else is left for the schema to refuse. */
const place = (tree: Tree, steps: readonly string[], value: unknown, over: boolean): void => {
  const [name = '', ...rest] = steps
  if (rest.length === 0) {
    if (value !== undefined && (over || tree[name] === undefined)) tree[name] = value
    return
  }
  if (tree[name] === undefined) tree[name] = {}
  const group = tree[name]
  if (isTree(group)) place(group, rest, value, over)
}

const near = (settings: readonly Setting[], name: string): string => {
  const words = name.split('_').slice(1)
  const likely = settings.find(({ variable }) => words.every(word => variable.split('_').includes(word)))
  return likely ? `; did you mean ${likely.variable}?` : '; docs/configuration.md lists those that exist.'
}

const unknownVariables = (env: Environment, settings: readonly Setting[]): readonly string[] => {
  const known = new Set([...settings.map(({ variable }) => variable), ...otherVariables.map(({ name }) => name)])
  return Object.keys(env)
    .filter(name => name.startsWith('GUICHET_') && !known.has(name))
    .map(name => `${name}: there is no such variable${near(settings, name)}`)
}

/** Said by the schema where it says more than what Zod does by itself, which may hold a value. */
const upstreamExpects = (issue: z.core.$ZodIssue): string => {
  if (issue.code === 'invalid_type' && issue.input === undefined) return 'a value'
  return issue.code === 'custom' || /^(?:an?|at least|lower-case|either) /.test(issue.message)
    ? issue.message
    : 'what docs/upstreams.md says'
}

const problemOf = (issue: z.core.$ZodIssue, env: Environment, settings: readonly Setting[]): readonly string[] => {
  const path = issue.path.join('.')
  if (issue.code === 'unrecognized_keys') {
    const prefix = path === '' ? '' : `${path}.`
    return issue.keys.map(key => `${prefix}${key}: there is no such key; docs/configuration.md lists those that exist.`)
  }
  if (issue.path[0] === 'upstreams' && issue.path.length > 1) return [`${path}: expected ${upstreamExpects(issue)}.`]
  const setting = settings.find(one => one.path === path)
  if (!setting) return [`${path}: expected a group of keys.`]
  const { variable, meaning } = setting
  const name = env[variable] ? variable : `${variable} (or ${path} in the file)`
  return [`${name}: expected ${meaning.expects}.`]
}

/** Reads and checks everything, and tells every problem at once. Empty variables count as absent. */
export const loadConfig = (env: Environment): LoadedConfig => {
  const production = env.NODE_ENV === 'production'
  const settings = listSettings()
  const read = env.GUICHET_CONFIG ? readTree(env.GUICHET_CONFIG) : {}
  if (typeof read === 'string') return { kind: 'refused', problems: [read] }
  for (const { steps, variable, meaning } of settings) {
    place(read, steps, env[variable] || undefined, true)
    if (!production) place(read, steps, meaning.development, false)
  }
  const parsed = settingsSchema.safeParse(read)
  const problems = [
    ...unknownVariables(env, settings),
    ...(parsed.error?.issues ?? []).flatMap(issue => problemOf(issue, env, settings)),
    ...(parsed.success ? consistencyProblems(parsed.data) : []),
    ...(parsed.success && production ? productionProblems(parsed.data) : []),
  ]
  if (!parsed.success || problems.length > 0) return { kind: 'refused', problems: [...new Set(problems)] }
  const { data } = parsed
  return {
    kind: 'loaded',
    config: {
      ...data,
      production,
      dataDir: resolve(data.dataDir),
      texts: resolve(data.texts),
      keysFile: resolve(data.keysFile ?? `${data.dataDir}/keys.json`),
    },
  }
}

const consistencyProblems = ({
  store,
  mongo,
  redis,
  session,
  network,
  passwords,
  legalBasis,
}: Settings): readonly string[] => [
  ...(store === 'mongo' && !mongo.url ? ['GUICHET_MONGO_URL: expected with GUICHET_STORE=mongo.'] : []),
  ...(store === 'mongo' && !redis.url ? ['GUICHET_REDIS_URL: expected with GUICHET_STORE=mongo.'] : []),
  ...(session.idle > session.absolute ? ['GUICHET_SESSION_IDLE: expected no more than GUICHET_SESSION_ABSOLUTE.'] : []),
  ...(network.signInChallenge > network.signInRefusal
    ? ['GUICHET_NETWORK_SIGN_IN_CHALLENGE: expected no more than GUICHET_NETWORK_SIGN_IN_REFUSAL.']
    : []),
  ...(network.signUpChallenge > network.signUpRefusal
    ? ['GUICHET_NETWORK_SIGN_UP_CHALLENGE: expected no more than GUICHET_NETWORK_SIGN_UP_REFUSAL.']
    : []),
  ...((legalBasis.fr === undefined) !== (legalBasis.en === undefined)
    ? ['GUICHET_LEGAL_BASIS_FR and GUICHET_LEGAL_BASIS_EN: expected both or neither.']
    : []),
  ...(passwords.memory < 8 * passwords.parallelism
    ? ['GUICHET_PASSWORDS_MEMORY: expected at least 8 KiB for each lane of GUICHET_PASSWORDS_PARALLELISM.']
    : []),
]
