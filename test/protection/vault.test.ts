import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { makeSealedCookies } from '../../src/protection/sealed-cookie.ts'
import { aKeyring, aLookup, anEnvelope, aVault } from '../builders/keys.ts'
import { later, noon } from '../builders/records.ts'

/** Every text that differs from `text` by one character. */
const altered = (text: string): string[] =>
  [...text].map((character, i) => text.slice(0, i) + (character === 'A' ? 'B' : 'A') + text.slice(i + 1))

describe('the vault', () => {
  it('opens what it sealed, whatever it is', () => {
    const vault = aVault()
    fc.assert(
      fc.property(fc.jsonValue(), fc.string(), (value, purpose) => {
        const stands = JSON.parse(JSON.stringify(value))
        expect(vault.open(purpose, vault.seal(purpose, value))).toEqual(stands)
      }),
    )
  })

  it('opens nothing sealed for another purpose, cut, changed or invented', () => {
    const vault = aVault()
    const sealed = vault.seal('purpose', { secret: 1 })
    expect(vault.open('other', sealed)).toBeUndefined()
    for (const each of altered(sealed)) expect(vault.open('purpose', each)).toBeUndefined()
    for (let end = 0; end < sealed.length; end += 1) expect(vault.open('purpose', sealed.slice(0, end))).toBeUndefined()
    for (const each of ['', '.', 'v1.', 'v1', 'nobody.abc']) expect(vault.open('purpose', each)).toBeUndefined()
  })

  it('opens no other writing of what it sealed: of any length, with any character put in, changed or added', () => {
    const vault = aVault()
    fc.assert(
      fc.property(fc.jsonValue(), fc.nat(), fc.string({ minLength: 1, maxLength: 3 }), (value, place, put) => {
        const sealed = vault.seal('purpose', value)
        const at = place % (sealed.length + 1)
        for (const other of [
          sealed.slice(0, at) + put + sealed.slice(at),
          sealed.slice(0, at) + put + sealed.slice(at + put.length),
        ]) {
          if (other !== sealed) expect(vault.open('purpose', other)).toBeUndefined()
        }
      }),
    )
  })

  it('opens nothing of any text, and never fails on one', () => {
    const vault = aVault()
    const text = fc.oneof(fc.string({ maxLength: 300 }), fc.base64String({ maxLength: 300 }))
    fc.assert(
      fc.property(text, text, (purpose, typed) => {
        expect(vault.open(purpose, typed)).toBeUndefined()
        expect(vault.open(purpose, `v1.${typed}`)).toBeUndefined()
      }),
    )
  })

  it('never seals one value twice to the same text', () => {
    const vault = aVault()
    expect(new Set(Array.from({ length: 1000 }, () => vault.seal('p', 1))).size).toBe(1000)
  })

  it('seals under the first key, opens under all, and nothing under a key that left', () => {
    const [old, rotated, later] = [aVault(aKeyring('a')), aVault(aKeyring('b', 'a')), aVault(aKeyring('b'))]
    const sealed = old.seal('p', 'value')
    expect(rotated.open('p', sealed)).toBe('value')
    expect(later.open('p', sealed)).toBeUndefined()
    expect(later.open('p', rotated.seal('p', 'value'))).toBe('value')
  })

  it('names records the same after a rotation, and never alike for two purposes', () => {
    const [old, rotated] = [aVault(aKeyring('a')), aVault(aKeyring('b', 'a'))]
    expect(rotated.hashId('p', 'id')).toBe(old.hashId('p', 'id'))
    expect(old.hashId('p', 'id')).not.toBe(old.hashId('q', 'id'))
    expect(old.hashId('p', 'id')).not.toBe(old.mac('p', 'id'))
    expect(old.hashId('p', 'id')).toMatch(/^[A-Za-z0-9_-]{43}$/)
  })
})

describe('a sealed cookie', () => {
  const cookies = (now = noon) => makeSealedCookies({ vault: aVault(), clock: () => now })

  it('is worth its value for its purpose, until it expires', () => {
    const cookie = cookies().seal('device', { id: 1 }, later(60))
    expect(cookies(later(59)).open('device', cookie)).toEqual({ id: 1 })
    expect(cookies(later(60)).open('device', cookie)).toBeUndefined()
    expect(cookies().open('other', cookie)).toBeUndefined()
    expect(cookies().open('device', undefined)).toBeUndefined()
    expect(cookies().open('device', 'rubbish')).toBeUndefined()
    expect(cookies().open('device', 'x'.repeat(100_000))).toBeUndefined()
  })

  it('holds only what a cookie may, and only characters that a cookie may', () => {
    expect(cookies().seal('device', 'é;, "', later(60))).toMatch(/^[A-Za-z0-9_.-]+$/)
    expect(() => cookies().seal('device', 'x'.repeat(3_000), later(60))).toThrow('too long')
  })
})

describe('an envelope', () => {
  it('opens for its account alone', async () => {
    const envelope = anEnvelope()
    const sealed = await envelope.seal('account', { name: 'Éloïse' })
    expect(await envelope.open('account', sealed)).toEqual({ name: 'Éloïse' })
    await expect(envelope.open('another', sealed)).rejects.toThrow('another account')
  })

  it('says so when its header is changed to another account', async () => {
    const envelope = anEnvelope()
    const [header = '', ...rest] = (await envelope.seal('account', 1)).split('.')
    const forged = { ...JSON.parse(Buffer.from(header, 'base64url').toString()), sub: 'another' }
    const text = [Buffer.from(JSON.stringify(forged)).toString('base64url'), ...rest].join('.')
    await expect(envelope.open('another', text)).rejects.toThrow()
  })

  it('is stale once its key is no longer the first, and opens until it leaves', async () => {
    const sealed = await anEnvelope(aKeyring('a')).seal('account', 1)
    const rotated = anEnvelope(aKeyring('b', 'a'))
    expect(anEnvelope(aKeyring('a')).isStale(sealed)).toBe(false)
    expect(rotated.isStale(sealed)).toBe(true)
    expect(await rotated.open('account', sealed)).toBe(1)
    await expect(anEnvelope(aKeyring('b')).open('account', sealed)).rejects.toThrow('not in the keyring')
  })
})

describe('look-up keys', () => {
  it('are one for each key of the ring, the oldest first', () => {
    const keys = aLookup(aKeyring('new', 'old')).nir('1850578006084')
    expect(keys.map(key => key.keyId)).toEqual(['old', 'new'])
    expect(aLookup(aKeyring('old')).nir('1850578006084')).toEqual(keys.slice(0, 1))
  })

  it('tell nothing across kinds, and throttles keep theirs through a rotation', () => {
    const lookup = aLookup()
    expect(lookup.nir('x')[0]?.value).not.toBe(lookup.email('x')[0]?.value)
    expect(lookup.throttleKey('a', 'x')).not.toBe(lookup.throttleKey('b', 'x'))
    expect(aLookup(aKeyring('new', 'l1')).throttleKey('a', 'x')).toBe(lookup.throttleKey('a', 'x'))
  })
})
