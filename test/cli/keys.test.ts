import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { type Keys, parseKeys } from '../../src/config/keys-shape.ts'
import { makeEnvelope } from '../../src/protection/envelope.ts'
import { makeVault } from '../../src/protection/make-vault.ts'
import { aDirectory } from '../config/builders.ts'
import { runHere } from './run.ts'

let directory: ReturnType<typeof aDirectory>
beforeEach(() => {
  directory = aDirectory()
})
afterEach(() => directory.remove())

const read = () => readFileSync(join(directory.path, 'keys.json'), 'utf8')
const run = (...typed: string[]) =>
  runHere(['keys', ...typed], { GUICHET_DATA_DIR: directory.path, NODE_ENV: 'production' })

const keysNow = (): Keys => {
  const parsed = parseKeys(JSON.parse(read()))
  if (parsed.kind === 'refused') throw new Error(parsed.problem)
  return parsed.keys
}

describe('keys new', () => {
  it('writes good keys for their owner alone, before anything else is configured, and never over others', async () => {
    const { code, out } = await run('new')
    expect(code).toBe(0)
    expect(out).toContain(join(directory.path, 'keys.json'))
    expect(statSync(join(directory.path, 'keys.json')).mode & 0o777).toBe(0o600)
    expect(parseKeys(JSON.parse(read())).kind).toBe('parsed')

    const before = read()
    const again = await run('new')
    expect(again).toMatchObject({ code: 1, out: '', err: expect.stringContaining('exists already') })
    expect(read()).toBe(before)
  })

  it('prints them and writes nothing with --print', async () => {
    const { code, out } = await run('new', '--print')
    expect(code).toBe(0)
    expect(out.trim().split('\n')).toHaveLength(1)
    expect(parseKeys(JSON.parse(out)).kind).toBe('parsed')
    expect(read).toThrow()
  })

  it('says in a sentence that it cannot write', async () => {
    writeFileSync(join(directory.path, 'file'), '')
    const { code, err } = await run('new', '--file', join(directory.path, 'file/keys.json'))
    expect(code).toBe(1)
    expect(err.trim().split('\n')).toHaveLength(1)
  })
})

describe('keys rotate and retire', () => {
  it('add in front, publish, promote and drop, each key shown by its id alone', async () => {
    await run('new')
    const first = JSON.parse(read())
    expect((await run('rotate', 'vault')).code).toBe(0)
    expect((await run('rotate', 'signing', '--next')).code).toBe(0)
    expect((await run('rotate', 'signing', '--promote')).code).toBe(0)
    expect((await run('retire', 'signing', first.signing[0].kid)).code).toBe(0)
    expect(await run('retire', 'vault', 'none')).toMatchObject({
      code: 2,
      err: expect.stringContaining(first.vault[0].id),
    })

    const last = JSON.parse(read())
    expect(last.vault.slice(1)).toEqual(first.vault)
    expect(last.signing).toHaveLength(3)
    expect(last.signing[2]).toEqual(first.signing[1])
    expect(last.pairwise).toEqual(first.pairwise)

    const { out } = await run('list')
    for (const { id, key } of last.vault) {
      expect(out).toContain(id)
      expect(out).not.toContain(key)
    }
    expect(out).not.toContain(last.signing[0].d)
  })

  it.each(['personal', 'vault'] as const)(
    'announce a key of the ring %s, which opens and does not seal, then promote it',
    async ring => {
      await run('new')
      const former = keysNow()
      expect(await run('rotate', ring, '--promote')).toMatchObject({ code: 2, err: expect.stringContaining('--next') })
      expect((await run('rotate', ring, '--next')).code).toBe(0)
      expect(await run('rotate', ring, '--next')).toMatchObject({ code: 2, err: expect.stringContaining('--promote') })
      const announced = keysNow()
      expect((await run('list')).out).toContain(`${announced[ring][1]?.id} (next)`)
      expect((await run('rotate', ring, '--promote')).code).toBe(0)
      const promoted = keysNow()
      expect((await run('list')).out).not.toContain('(next)')

      // one process has restarted after each step, another one has not yet
      for (const [one, other] of [
        [former, announced],
        [announced, promoted],
      ] as const)
        for (const [by, reader] of [
          [one, other],
          [other, one],
        ] as const) {
          await expect(
            makeEnvelope(reader.personal).open('a', await makeEnvelope(by.personal).seal('a', 1)),
          ).resolves.toBe(1)
          const vault = makeVault({ ring: by.vault, index: by.index })
          expect(makeVault({ ring: reader.vault, index: reader.index }).open('a', vault.seal('a', 1))).toBe(1)
        }
      expect(promoted[ring].map(({ id }) => id)).toEqual([announced[ring][1]?.id, former[ring][0].id])
    },
  )

  it('refuse both steps at once, and steps for a ring that goes in one', async () => {
    await run('new')
    const before = read()
    expect(await run('rotate', 'personal', '--next', '--promote')).toMatchObject({ code: 2 })
    for (const ring of ['lookup', 'audit'])
      expect(await run('rotate', ring, '--next')).toMatchObject({
        code: 2,
        err: expect.stringContaining('in one step'),
      })
    expect(read()).toBe(before)
  })

  it('ask for keys when there are none', async () => {
    expect(await run('rotate', 'vault')).toMatchObject({ code: 1, err: expect.stringContaining('keys new') })
  })
})

describe('keys reseal', () => {
  it('says how many accounts were put under the newest keys', async () => {
    const env = { GUICHET_DATA_DIR: directory.path }
    expect(await runHere(['keys', 'reseal'], env)).toMatchObject({
      code: 0,
      out: '0 accounts put under the newest keys.\n',
    })
  })
})
