import { randomBytes } from 'node:crypto'
import { describe, expect, it } from '@jest/globals'
import { deriveKey, KeyringFault, parseFixedKey, parseKeyring, refuseShared } from '../../src/protection/keyrings.ts'

const good = (id: string) => ({ id, key: randomBytes(32).toString('base64url') })
const refusal = (act: () => unknown): string => {
  try {
    act()
  } catch (error) {
    if (error instanceof KeyringFault) return error.message
    throw error
  }
  return 'accepted'
}

describe('a keyring', () => {
  it('is read from a list or from its JSON text, in its order', () => {
    const list = [good('b'), good('a')]
    expect(parseKeyring('vault', list).map(key => key.id)).toEqual(['b', 'a'])
    expect(parseKeyring('vault', JSON.stringify(list))).toEqual(parseKeyring('vault', list))
  })

  const [one, two] = [good('a'), good('b')]
  it.each<[string, unknown, RegExp]>([
    ['missing', undefined, /is missing/],
    ['an empty text', '', /is missing/],
    ['empty', [], /is empty/],
    ['not JSON', '{', /is not JSON/],
    ['not a list', { a: 1 }, /is not a list/],
    ['of something else', [1], /not \{ id, key \}/],
    ['of a key without id', [{ key: one.key }], /whose id is not/],
    ['of a key that is not base64url', [{ id: 'a', key: 'not base64!' }], /\(a\) that is not base64url/],
    ['of a short key', [{ id: 'a', key: randomBytes(31).toString('base64url') }], /\(a\) of fewer than 32 bytes/],
    ['of zeros', [{ id: 'a', key: Buffer.alloc(32).toString('base64url') }], /not drawn at random/],
    ['of a typed phrase', [{ id: 'a', key: Buffer.from('changeme'.repeat(4)).toString('base64url') }], /not drawn/],
    [
      'of bytes that count up',
      [{ id: 'a', key: Buffer.from(Array.from({ length: 32 }, (_, i) => i)).toString('base64url') }],
      /not drawn/,
    ],
    ['of an announced key before all', [{ ...one, next: true }, two], /begins with a key that is announced only/],
    ['of an announcement that is none', [one, { ...two, next: 'yes' }], /\(b\) whose « next » is not true/],
    ['of two keys of one id', [one, { ...two, id: 'a' }], /two keys of the same id/],
    ['of one key twice', [one, { ...one, id: 'b' }], /same key twice/],
  ])('that is %s is refused by its name and a remedy, without the key', (_, given, why) => {
    const message = refusal(() => parseKeyring('vault', given))
    expect(message).toMatch(why)
    expect(message).toContain('« vault »')
    expect(message).toContain('npm run guichet -- keys new')
    expect(message).not.toContain(one.key)
  })

  it('never refuses keys drawn at random', () => {
    for (let i = 0; i < 2_000; i += 1) expect(parseKeyring('vault', [good('a')])).toHaveLength(1)
  })

  it('of a key that never rotates holds that one only', () => {
    expect(parseFixedKey('pairwise', [one]).id).toBe('a')
    expect(refusal(() => parseFixedKey('pairwise', [one, two]))).toMatch(/one key only/)
  })

  it('shares no key with another', () => {
    const rings = { vault: parseKeyring('vault', [one]), audit: parseKeyring('audit', [two, { ...one, id: 'z' }]) }
    expect(refusal(() => refuseShared(rings))).toMatch(/« audit » holds a key of the keyring « vault »/)
    expect(refusal(() => refuseShared({ vault: rings.vault }))).toBe('accepted')
  })

  it('gives another key for each purpose', () => {
    const [key] = parseKeyring('vault', [one])
    expect(deriveKey(key, 'a')).toEqual(deriveKey(key, 'a'))
    expect(deriveKey(key, 'a')).not.toEqual(deriveKey(key, 'b'))
  })
})
