/** The program started with each bad secret, in production and not: it ends by itself, says how to mend it, and repeats no secret. */
import { spawn } from 'node:child_process'
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { makeKeys } from '../../../src/config/keys-making.ts'
import { atLeast, is, type Row } from '../part.ts'
import { makeSearch } from '../taint/search.ts'
import { type BadStart, badStarts, type Json, MAIL_PASSWORD, WEAK } from './bad-keys.ts'

const main = fileURLToPath(new URL('../../../src/main.cjs', import.meta.url))
const samples = fileURLToPath(new URL('../../../config/texts', import.meta.url))
const LIMIT_MS = 60_000
const AT_ONCE = 2

const PRODUCTION = {
  NODE_ENV: 'production',
  GUICHET_ISSUER: 'https://compte.exemple.fr',
  GUICHET_OPERATOR: 'Ministère du Travail',
  GUICHET_CONTACT: 'aide@compte.exemple.fr',
  GUICHET_MAIL_FROM: 'Guichet <ne-pas-repondre@compte.exemple.fr>',
}
const FORMS = { development: {}, production: PRODUCTION } as const

type Started = { readonly listened: boolean; readonly code: number | null; readonly output: string }

const startWith = (env: { readonly [name: string]: string }): Promise<Started> =>
  new Promise((resolve, reject) => {
    const own = Object.entries(process.env).filter(([name]) => !/^(?:GUICHET_|NODE_)/.test(name))
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main], {
      env: { ...Object.fromEntries(own), GUICHET_PORT: '0', GUICHET_HOST: '127.0.0.1', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    let listened = false
    const timer = setTimeout(() => child.kill('SIGKILL'), LIMIT_MS)
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (part: Buffer) => {
        output += part.toString()
        if (listened || !output.includes('is listening')) return
        listened = true
        child.kill('SIGTERM')
      })
    child.once('error', reject)
    child.once('close', code => {
      clearTimeout(timer)
      resolve({ listened, code, output })
    })
  })

/** What is to be done, in words that the operator can follow. */
const REMEDY = /npm run guichet -- keys|chmod 600|give back the file|expected |take it out/

const faultsOf = ({ listened, code, output }: Started, secrets: readonly string[]): readonly string[] => {
  const repeated = makeSearch([...new Set(secrets)].map(text => ({ kind: 'secret', text })))(output).length
  return [
    ...(listened ? ['it started'] : []),
    ...(listened || code === 1 ? [] : [`it ended with ${code}`]),
    ...(repeated > 0 ? ['it repeats a secret'] : []),
    ...(/^\s+at /m.test(output) ? ['it shows a stack'] : []),
    ...(listened || REMEDY.test(output) ? [] : ['it says no remedy']),
  ]
}

const secretsIn = (given: unknown): readonly string[] =>
  [...JSON.stringify(given ?? '').matchAll(/"(?:key|d|p|q|dp|dq|qi)":"([^"]{12,})"/g)].map(([, key = '']) => key)

/** Texts as an operator's own: production refuses those that say that they are samples. */
const putTexts = async (texts: string): Promise<void> => {
  await mkdir(texts)
  for (const name of await readdir(samples)) {
    const text = await readFile(join(samples, name), 'utf8')
    await writeFile(join(texts, name), text.replace(/^sample: true\n/m, ''))
  }
}

/** As they are written to a file. */
const newKeys = async (): Promise<Json> => JSON.parse(JSON.stringify(await makeKeys()))

export const starts = async (long: boolean, progress: (line: string) => void): Promise<readonly Row[]> => {
  const folder = await mkdtemp(join(tmpdir(), 'guichet-prove-start-'))
  const faults: string[] = []
  let good = 0
  let tried = 0
  let files = 0
  try {
    const [keys, others] = await Promise.all([newKeys(), newKeys()])
    const texts = join(folder, 'texts')
    await putTexts(texts)
    const settingsOf = async (form: keyof typeof FORMS, { keys: given, mode = 0o600, env }: Omit<BadStart, 'name'>) => {
      files += 1
      const file = join(folder, `given-${files}.json`)
      if (given !== undefined)
        await writeFile(file, typeof given === 'string' ? given : JSON.stringify(given), { mode: 0o600 })
      if (given !== undefined) await chmod(file, mode)
      return {
        ...FORMS[form],
        GUICHET_DATA_DIR: join(folder, form),
        GUICHET_KEYS_FILE: file,
        GUICHET_TEXTS: texts,
        GUICHET_SMTP_URL: `smtps://robot:${MAIL_PASSWORD}@courriel.exemple.fr`,
        ...env,
      }
    }
    const forms = ['development', 'production'] as const
    // a store of its own for each, begun with the good keys
    for (const { listened, output } of await Promise.all(
      forms.map(async form => startWith(await settingsOf(form, { keys }))),
    )) {
      if (listened) good += 1
      else faults.push(`with good secrets: ${output.slice(0, 400)}`)
    }
    const bad = badStarts(keys, others)
    const waiting = forms.flatMap(form => [
      ...bad
        .filter(({ short }) => long || (short && form === 'production'))
        .map(one => ({ form, one }) as { readonly form: typeof form; readonly one: BadStart }),
      // development makes its own keys where there are none
      ...(form === 'production' ? [{ form, one: { name: 'no file' } }] : []),
    ])
    const worker = async (): Promise<void> => {
      for (let next = waiting.shift(); next; next = waiting.shift()) {
        const { form, one } = next
        progress(`starts, ${waiting.length} left: ${form}, ${one.name}`)
        const started = await startWith(await settingsOf(form, one))
        tried += 1
        const secrets = [...secretsIn(keys), ...secretsIn(one.keys), ...WEAK, MAIL_PASSWORD]
        for (const fault of faultsOf(started, secrets)) faults.push(`${form}, ${one.name}: ${fault}`)
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, worker))
    return [
      is('starts with good secrets', good, forms.length),
      atLeast('starts with a bad secret', tried, long ? 130 : 15),
      is('that did not end with the sentence that mends it, or told a secret', faults.length, 0, faults.join('; ')),
    ]
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
