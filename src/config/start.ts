/** All that a start needs to know, read and checked at once. */
import { directoryFault, startErrorOf } from '../operations/errors.ts'
import { findKeys, guessKeysFile, type Keys, loadKeys } from './keys.ts'
import { type Config, type Environment, loadConfig } from './load.ts'
import { loadTexts, type Texts } from './texts.ts'

export type Configuration = { readonly config: Config; readonly keys: Keys; readonly texts: Texts }

export type LoadedConfiguration =
  | ({ readonly kind: 'loaded' } & Configuration)
  /** One sentence each, for the terminal; never a secret. */
  | { readonly kind: 'refused'; readonly problems: readonly string[] }

const problemsOf = (loaded: { readonly kind: string } & { readonly problems?: readonly string[] }): readonly string[] =>
  loaded.problems ?? []

/** Every problem of the configuration, the keys and the texts, as far as each can be found. Writes nothing. */
export const configurationProblems = (env: Environment): readonly string[] => {
  const loaded = loadConfig(env)
  if (loaded.kind === 'loaded')
    return [...problemsOf(findKeys(loaded.config, env)), ...problemsOf(loadTexts(loaded.config))]
  const keysFile = guessKeysFile(env)
  const production = env.NODE_ENV === 'production'
  return [...loaded.problems, ...(keysFile ? problemsOf(findKeys({ keysFile, production }, env)) : [])]
}

/**
 * Configuration, keys and texts, or every problem of the three. In development missing keys are made.
 * Throws StartError when they cannot be written.
 */
export const loadConfiguration = async (env: Environment): Promise<LoadedConfiguration> => {
  const problems = configurationProblems(env)
  const loaded = loadConfig(env)
  if (loaded.kind === 'refused' || problems.length > 0) return { kind: 'refused', problems }
  const { config } = loaded
  const texts = loadTexts(config)
  const keys = await loadKeys(config, env).catch(fault => {
    throw directoryFault(fault, config)
  })
  if (keys.kind === 'refused') return keys
  if (texts.kind === 'refused') return texts
  return { kind: 'loaded', config, keys: keys.keys, texts: texts.texts }
}

/** The same for a program that starts: throws StartError with every problem. */
export const requireConfiguration = async (env: Environment): Promise<Configuration> => {
  const loaded = await loadConfiguration(env)
  if (loaded.kind === 'refused') throw startErrorOf(loaded.problems)
  return loaded
}
