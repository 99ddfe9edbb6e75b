import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { loadKeys, replaceKeysFile, writeNewKeysFile } from '../../src/config/keys.ts'
import { announceSigning, makeKeys, promoteSigning, retireKey, rotateRing } from '../../src/config/keys-making.ts'
import { parseKeys, type WrittenKeys } from '../../src/config/keys-shape.ts'
import { aDirectory } from './builders.ts'

let keys: WrittenKeys
beforeAll(async () => {
  keys = await makeKeys()
})

let directory: ReturnType<typeof aDirectory>
beforeEach(() => {
  directory = aDirectory()
})
afterEach(() => directory.remove())

const problemOf = (given: unknown): string => {
  const parsed = parseKeys(given)
  return parsed.kind === 'refused' ? parsed.problem : ''
}

describe('the keys', () => {
  it('are made once in development, for their owner alone', async () => {
    const place = { keysFile: join(directory.path, 'state/keys.json'), production: false }
    const first = await loadKeys(place, {})
    const second = await loadKeys(place, {})
    expect(first.kind).toBe('loaded')
    expect(second).toEqual(first)
    expect(statSync(place.keysFile).mode & 0o777).toBe(0o600)
    expect(statSync(join(directory.path, 'state')).mode & 0o777).toBe(0o700)
  })

  it('are the same for two processes that start together', async () => {
    const place = { keysFile: join(directory.path, 'keys.json'), production: false }
    const [one, other] = await Promise.all([loadKeys(place, {}), loadKeys(place, {})])
    expect(one.kind).toBe('loaded')
    expect(other).toEqual(one)
  })

  it('are asked for in production, with the command that makes them', async () => {
    const loaded = await loadKeys({ keysFile: join(directory.path, 'keys.json'), production: true }, {})
    expect(loaded).toEqual({ kind: 'refused', problems: [expect.stringContaining('npm run guichet -- keys new')] })
  })

  it('come from the environment before the file', async () => {
    const place = { keysFile: join(directory.path, 'keys.json'), production: true }
    writeNewKeysFile(place.keysFile, await makeKeys())
    const loaded = await loadKeys(place, { GUICHET_KEYS: JSON.stringify(keys) })
    expect(loaded.kind === 'loaded' && loaded.keys.pairwise.id).toBe(keys.pairwise[0]?.id)
  })

  it.each([0o604, 0o644, 0o620, 0o666])('are refused in a file of mode %o', async mode => {
    const place = { keysFile: join(directory.path, 'keys.json'), production: true }
    writeNewKeysFile(place.keysFile, keys)
    chmodSync(place.keysFile, mode)
    expect(await loadKeys(place, {})).toEqual({ kind: 'refused', problems: [expect.stringContaining('chmod 600')] })
  })

  it('are never written over others', async () => {
    const path = join(directory.path, 'keys.json')
    expect(writeNewKeysFile(path, keys)).toBe('written')
    expect(writeNewKeysFile(path, await makeKeys())).toBe('exists')
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual(keys)
  })

  it('keep their mode when they change', () => {
    const path = join(directory.path, 'keys.json')
    writeNewKeysFile(path, keys)
    replaceKeysFile(path, rotateRing(keys, 'vault'))
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(JSON.parse(readFileSync(path, 'utf8')).vault).toHaveLength(2)
  })

  it('are told apart from a directory and from other text', async () => {
    const folder = join(directory.path, 'folder')
    mkdirSync(folder, { mode: 0o700 })
    expect((await loadKeys({ keysFile: folder, production: true }, {})).kind).toBe('refused')
    const text = join(directory.path, 'text')
    writeFileSync(text, 'hello', { mode: 0o600 })
    expect((await loadKeys({ keysFile: text, production: true }, {})).kind).toBe('refused')
  })

  it.each(['personal', 'lookup', 'vault', 'audit', 'index', 'pairwise', 'signing'] as const)(
    'are refused without « %s », naming it and the command, and no key',
    name => {
      const problem = problemOf({ ...keys, [name]: undefined })
      expect(problem).toContain(name)
      expect(problem).toContain('npm run guichet -- keys new')
    },
  )

  it('are refused when weak, shared by two purposes, or unknown', () => {
    const weak = Buffer.from('secretsecretsecretsecretsecretse').toString('base64url')
    const problem = problemOf({ ...keys, vault: [{ id: 'a', key: weak }] })
    expect(problem).toContain('vault')
    expect(problem).not.toContain(weak)
    expect(problemOf({ ...keys, vault: keys.personal })).not.toBe('')
    expect(problemOf({ ...keys, cookie: [] })).toContain('cookie')
  })

  it('are refused when the pairwise key is made a ring', () => {
    expect(
      problemOf({ ...keys, pairwise: [...keys.pairwise, ...rotateRing(keys, 'vault').vault.slice(0, 1)] }),
    ).toContain('pairwise')
  })

  it('are refused when they cannot sign with both ES256 and RS256', () => {
    expect(problemOf({ ...keys, signing: keys.signing.filter(({ alg }) => alg === 'ES256') })).toContain('signing')
    expect(problemOf({ ...keys, signing: [] })).toContain('signing')
  })

  it('are refused when a signing key signs what its own public part does not verify', async () => {
    const [others] = (await makeKeys()).signing
    const [first, ...rest] = keys.signing
    const problem = problemOf({ ...keys, signing: [{ ...first, d: others?.d }, ...rest] })
    expect(problem).toContain('signing')
    expect(problem).toContain('npm run guichet -- keys new')
    expect(problem).not.toContain(others?.d)
    expect(problemOf({ ...keys, signing: [{ ...first, d: 'x' }, ...rest] })).toContain('signing')
  })
})

describe('a rotation', () => {
  it('puts a new key in front of a ring and keeps the former ones', () => {
    const rotated = rotateRing(keys, 'personal')
    expect(rotated.personal.slice(1)).toEqual(keys.personal)
    expect(rotated.personal[0]).not.toEqual(keys.personal[0])
    expect(problemOf(rotated)).toBe('')
  })

  it('publishes signing keys before they sign, and drops them after', async () => {
    const announced = await announceSigning(keys)
    expect(announced.signing.slice(0, 2)).toEqual(keys.signing)
    const promoted = promoteSigning(announced)
    expect(promoted.signing.map(({ alg }) => alg)).toEqual(['ES256', 'RS256', 'ES256', 'RS256'])
    expect(promoted.signing.slice(2)).toEqual(keys.signing)
    const former = keys.signing[0]?.kid ?? ''
    const retired = retireKey(promoted, 'signing', former)
    expect(retired.kind === 'retired' && retired.keys.signing.map(({ kid }) => kid)).not.toContain(former)
  })

  it('never drops a key in use nor one that is not there', () => {
    expect(retireKey(keys, 'signing', keys.signing[1]?.kid ?? '').kind).toBe('inUse')
    expect(retireKey(keys, 'vault', keys.vault[0]?.id ?? '').kind).toBe('inUse')
    expect(retireKey(keys, 'vault', 'none').kind).toBe('unknown')
    const rotated = rotateRing(keys, 'vault')
    expect(retireKey(rotated, 'vault', keys.vault[0]?.id ?? '')).toEqual({
      kind: 'retired',
      keys: { ...rotated, vault: rotated.vault.slice(0, 1) },
    })
  })
})
