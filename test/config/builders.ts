import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Config, type Environment, loadConfig } from '../../src/config/load.ts'

/** A directory of its own for one test, and what removes it. */
export const aDirectory = (): { readonly path: string; remove(): void } => {
  const path = mkdtempSync(join(tmpdir(), 'guichet-'))
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}

/** What a good production start is given, but its keys and its texts. */
export const productionEnvironment: Environment = {
  NODE_ENV: 'production',
  GUICHET_ISSUER: 'https://compte.example.fr',
  GUICHET_OPERATOR: "Ministère d'essai",
  GUICHET_CONTACT: 'aide@compte.example.fr',
  GUICHET_SMTP_URL: 'smtps://robot:hunter2hunter2@smtp.example.fr',
  GUICHET_MAIL_FROM: 'Compte <ne-pas-repondre@compte.example.fr>',
}

export const loaded = (env: Environment): Config => {
  const outcome = loadConfig(env)
  if (outcome.kind === 'refused') throw new Error(outcome.problems.join('\n'))
  return outcome.config
}

/** [] when it loads. */
export const problemsOf = (env: Environment): readonly string[] => {
  const outcome = loadConfig(env)
  return outcome.kind === 'refused' ? outcome.problems : []
}

export const aJsonFile = (directory: string, content: unknown): string => {
  const path = join(directory, 'guichet.json')
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
  return path
}
