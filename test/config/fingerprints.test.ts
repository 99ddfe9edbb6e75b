import { beforeAll, describe, expect, it } from '@jest/globals'
import { refuseOtherKeys } from '../../src/config/fingerprints.ts'
import { announceKey, makeKeys, promoteKey, rotateRing } from '../../src/config/keys-making.ts'
import { type Keys, parseKeys, type WrittenKeys } from '../../src/config/keys-shape.ts'

const parsed = (written: WrittenKeys): Keys => {
  const outcome = parseKeys(written)
  if (outcome.kind === 'refused') throw new Error(outcome.problem)
  return outcome.keys
}

const aFactStore = () => {
  const facts = new Map<string, string>()
  return {
    facts,
    async settle(name: string, value: string) {
      if (!facts.has(name)) facts.set(name, value)
      return facts.get(name) ?? value
    },
  }
}

describe('a start', () => {
  let first: WrittenKeys
  let other: WrittenKeys
  beforeAll(async () => {
    first = await makeKeys()
    other = await makeKeys()
  })

  it('takes the keys that the data was begun with, rotated or not', async () => {
    const store = aFactStore()
    await refuseOtherKeys(parsed(first), store)
    await expect(refuseOtherKeys(parsed(first), store)).resolves.toBeUndefined()
    const rotated = rotateRing(rotateRing(first, 'lookup'), 'personal')
    await expect(refuseOtherKeys(parsed(rotated), store)).resolves.toBeUndefined()
  })

  it('takes them when a key is announced behind the only one, and when it is promoted', async () => {
    const store = aFactStore()
    await refuseOtherKeys(parsed(first), store)
    const announced = announceKey(first, 'personal')
    if (announced.kind === 'unfit') throw new Error('it could not be announced')
    await expect(refuseOtherKeys(parsed(announced.keys), store)).resolves.toBeUndefined()
    const promoted = promoteKey(announced.keys, 'personal')
    if (promoted.kind === 'unfit') throw new Error('it could not be promoted')
    await expect(refuseOtherKeys(parsed(promoted.keys), store)).resolves.toBeUndefined()
  })

  it.each(['pairwise', 'lookup', 'personal'] as const)('refuses another %s key, in a sentence', async name => {
    const store = aFactStore()
    await refuseOtherKeys(parsed(first), store)
    await expect(refuseOtherKeys(parsed({ ...first, [name]: other[name] }), store)).rejects.toMatchObject({
      name: 'StartError',
      message: expect.stringContaining(`key.${name}`),
    })
  })

  it('keeps no key in the store', async () => {
    const store = aFactStore()
    await refuseOtherKeys(parsed(first), store)
    const kept = [...store.facts.values()].join()
    for (const { key } of [...first.pairwise, ...first.lookup, ...first.personal]) expect(kept).not.toContain(key)
  })
})
