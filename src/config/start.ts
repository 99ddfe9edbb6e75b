/** All that a start needs to know, read and checked at once. */
import { directoryFault, startErrorOf } from '../operations/errors.ts'
import { type Keys, loadKeys } from './keys.ts'
import { type Config, type Environment, loadConfig } from './load.ts'
import { loadTexts, type Texts } from './texts.ts'

export type Configuration = { readonly config: Config; readonly keys: Keys; readonly texts: Texts }

export type LoadedConfiguration =
  | ({ readonly kind: 'loaded' } & Configuration)
  /** One sentence each, for the terminal; never a secret. */
  | { readonly kind: 'refused'; readonly problems: readonly string[] }

/**
 * Configuration, keys and texts, or every problem of the three. In development missing keys are made.
 * Throws StartError when they cannot be written.
 */
export const loadConfiguration = async (env: Environment): Promise<LoadedConfiguration> => {
  const loaded = loadConfig(env)
  if (loaded.kind === 'refused') return loaded
  const { config } = loaded
  const texts = loadTexts(config)
  const keys = await loadKeys(config, env).catch(fault => {
    throw directoryFault(fault, config)
  })
  if (keys.kind === 'loaded' && texts.kind === 'loaded')
    return { kind: 'loaded', config, keys: keys.keys, texts: texts.texts }
  return {
    kind: 'refused',
    problems: [...(keys.kind === 'refused' ? keys.problems : []), ...(texts.kind === 'refused' ? texts.problems : [])],
  }
}

/** The same for a program that starts: throws StartError with every problem. */
export const requireConfiguration = async (env: Environment): Promise<Configuration> => {
  const loaded = await loadConfiguration(env)
  if (loaded.kind === 'refused') throw startErrorOf(loaded.problems)
  return loaded
}
