/** Everything as an operator of people's real data must have it, on one machine. */
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { makeKeys } from '../../../src/config/keys-making.ts'

const samples = fileURLToPath(new URL('../../../config/texts', import.meta.url))

/** The sample texts, said to be one's own. */
const ownTexts = async (): Promise<string> => {
  const texts = await mkdtemp(join(tmpdir(), 'guichet-prove-texts-'))
  for (const name of await readdir(samples)) {
    const text = await readFile(join(samples, name), 'utf8')
    await writeFile(join(texts, name), text.replace(/^sample: true\n/m, ''))
  }
  return texts
}

export type Production = {
  readonly settings: { readonly [name: string]: string }
  /** Removes what it made. */
  erase(): Promise<void>
}

export const likeProduction = async (smtpUrl: string): Promise<Production> => {
  const texts = await ownTexts()
  return {
    settings: {
      NODE_ENV: 'production',
      GUICHET_KEYS: JSON.stringify(await makeKeys()),
      GUICHET_TEXTS: texts,
      GUICHET_SMTP_URL: smtpUrl,
      GUICHET_OPERATOR: 'Organisme fictif',
      GUICHET_CONTACT: 'aide@guichet.example',
      GUICHET_MAIL_FROM: 'Guichet <ne-pas-repondre@guichet.example>',
      GUICHET_ALLOW_HTTP_LOCALHOST: 'true',
      GUICHET_CHALLENGE: 'picture',
      GUICHET_PASSWORDS_MEMORY: '19456',
      GUICHET_PASSWORDS_ITERATIONS: '2',
    },
    erase: () => rm(texts, { recursive: true, force: true }),
  }
}
