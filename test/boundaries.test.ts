import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'

const root = fileURLToPath(new URL('..', import.meta.url))

/** One breach for each rule of .dependency-cruiser.mjs. */
const breaches: Readonly<Record<string, readonly [file: string, text: string]>> = {
  'no-circular': ['src/web/one.ts', "import './two.ts'\nexport const one = 1\n"],
  'identity-is-pure': ['src/identity/nir.ts', "import '../web/one.ts'\n"],
  'only-oidc-imports-the-provider': ['src/web/provider.ts', "import 'oidc-provider'\n"],
  'only-stores-import-drivers': ['src/web/driver.ts', "import 'node:sqlite'\n"],
  'stores-are-chosen-by-app': ['src/web/store.ts', "import '../stores/sqlite/open.ts'\n"],
  'inwards-accounts': ['src/accounts/sign-in.ts', "import '../web/one.ts'\n"],
  'federation-speaks-to-upstreams-alone': ['src/federation/upstream.ts', "import '../web/one.ts'\n"],
  'protection-knows-no-page': ['src/protection/vault.ts', "import '../accounts/sign-in.ts'\n"],
  'demo-is-apart': ['src/web/demo.ts', "import '../demo/main.ts'\n"],
  'no-test-in-src': ['src/web/tool.ts', "import 'some-tool'\n"],
}

const others: Readonly<Record<string, string>> = {
  'src/web/two.ts': "import './one.ts'\nexport const two = 2\n",
  'src/stores/sqlite/open.ts': 'export const open = 1\n',
  'src/demo/main.ts': 'export const demo = 1\n',
  'package.json':
    '{ "type": "module", "dependencies": { "oidc-provider": "1.0.0" }, "devDependencies": { "some-tool": "1.0.0" } }',
  'node_modules/oidc-provider/package.json': '{ "name": "oidc-provider", "version": "1.0.0", "main": "index.js" }',
  'node_modules/oidc-provider/index.js': '',
  'node_modules/some-tool/package.json': '{ "name": "some-tool", "version": "1.0.0", "main": "index.js" }',
  'node_modules/some-tool/index.js': '',
}

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'guichet-boundaries-'))
  const files = { ...others, ...Object.fromEntries(Object.values(breaches)) }
  for (const [file, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, file)), { recursive: true })
    await writeFile(join(folder, file), text)
  }
  for (const file of ['.dependency-cruiser.mjs', 'tsconfig.json']) await cp(join(root, file), join(folder, file))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const cruise = (cwd: string): Promise<string> =>
  new Promise(resolve => {
    const tool = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs')
    const options = ['--config', '.dependency-cruiser.mjs', '--output-type', 'json', 'src']
    execFile(process.execPath, [tool, ...options], { cwd, maxBuffer: 64e6 }, (_fault, out) => resolve(out))
  })

describe('the boundaries between modules', () => {
  it('are each refused to who crosses them', async () => {
    const { summary } = JSON.parse(await cruise(folder))
    const broken = new Set(summary.violations.map((violation: { rule: { name: string } }) => violation.rule.name))
    expect([...broken].sort()).toEqual(Object.keys(breaches).sort())
  })

  it('have a rule for each breach tried here, and none untried', async () => {
    const { default: config } = await import(join(root, '.dependency-cruiser.mjs'))
    const rules = config.forbidden.map((rule: { name: string }) => rule.name)
    expect(rules.sort()).toEqual(Object.keys(breaches).sort())
  })
})
