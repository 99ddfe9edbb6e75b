/** What is linked into the program: under which licences, and what is known against it. */
import { spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { atLeast, is, type Row } from '../part.ts'

const root = fileURLToPath(new URL('../../../', import.meta.url))

type Locked = {
  readonly dev?: boolean
  readonly optional?: boolean
  readonly license?: string
  readonly version?: string
}

/** May be linked by whoever runs a service, without giving its own sources. */
const FREE =
  /^(?:MIT|MIT-0|ISC|BSD-[23]-Clause|0BSD|Apache-2\.0|BlueOak-1\.0\.0|CC0-1\.0|CC-BY-[34]\.0|Unlicense|Zlib|Python-2\.0|MPL-2\.0)$/
const isFree = (licence: string): boolean =>
  licence
    .replace(/[()]/g, '')
    .split(/ AND /)
    .every(part => part.split(/ OR /).some(one => FREE.test(one.trim())))

const licenceOf = async (path: string, locked: Locked): Promise<string> => {
  const text = await readFile(join(root, path, 'package.json'), 'utf8').catch(() => '{}')
  const { license } = JSON.parse(text) as { readonly license?: string | { readonly type?: string } }
  return (typeof license === 'string' ? license : license?.type) ?? locked.license ?? 'none said'
}

const licences = async (): Promise<readonly Row[]> => {
  const lock = JSON.parse(await readFile(join(root, 'package-lock.json'), 'utf8')) as {
    readonly packages: { readonly [path: string]: Locked }
  }
  const linked = Object.entries(lock.packages).filter(
    // Node itself runs the program, and is no part of it
    ([path, { dev }]) => path !== '' && !dev && !/node_modules\/node-(?:bin-)?(?:darwin|linux|win)-/.test(path),
  )
  const counts = new Map<string, number>()
  const refused: string[] = []
  for (const [path, locked] of linked) {
    const licence = await licenceOf(path, locked)
    counts.set(licence, (counts.get(licence) ?? 0) + 1)
    if (!isFree(licence)) refused.push(`${path.replace(/^.*node_modules\//, '')} (${licence})`)
  }
  const list = [...counts].sort((a, b) => b[1] - a[1]).map(([licence, count]) => `${count} ${licence}`)
  return [
    atLeast('packages linked', linked.length, 40, undefined, list.join(', ')),
    is(
      'packages under a licence that binds whoever runs them, or none',
      refused.length,
      0,
      refused.slice(0, 6).join(', '),
    ),
  ]
}

const LIMIT_MS = 60_000

const askAudit = (): Promise<string> =>
  new Promise(resolve => {
    const npm = spawn('npm', ['audit', '--omit=dev', '--json'], { cwd: root, stdio: ['ignore', 'pipe', 'ignore'] })
    let output = ''
    const timer = setTimeout(() => npm.kill('SIGKILL'), LIMIT_MS)
    npm.stdout.on('data', (part: Buffer) => (output += part.toString()))
    npm.once('error', () => resolve(''))
    npm.once('close', () => {
      clearTimeout(timer)
      resolve(output)
    })
  })

/** A registry that answers no audits proves nothing, either way: said, not failed. */
const audit = async (): Promise<Row> => {
  const what = 'known faults of packages linked (npm audit)'
  try {
    const { metadata } = JSON.parse(await askAudit()) as {
      readonly metadata?: { readonly vulnerabilities?: { readonly total?: number } }
    }
    const total = metadata?.vulnerabilities?.total
    if (total !== undefined) return is(what, total, 0)
  } catch {
    // what npm wrote is no JSON
  }
  return {
    what,
    figure: 'not known',
    note: 'the registry answers no audits here; run npm audit --omit=dev where it does',
  }
}

export const packages = async (): Promise<readonly Row[]> => [...(await licences()), await audit()]
