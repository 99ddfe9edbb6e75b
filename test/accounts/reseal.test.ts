import { describe, expect, it } from '@jest/globals'
import { makeReseal } from '../../src/accounts/reseal.ts'
import { makeAudit } from '../../src/audit/log.ts'
import type { Patience } from '../../src/operations/patience.ts'
import { type AccountStore, StoreAway } from '../../src/stores/contracts.ts'
import { aKeyring, aLookup, anEnvelope } from '../builders/keys.ts'
import { eachHouse } from './house.ts'

const envelope = anEnvelope(aKeyring('p2', 'p1'))
const lookup = aLookup(aKeyring('l2', 'l1'))

describe('accounts after a rotation of the keys', () => {
  const house = eachHouse()

  const resealWith = (
    accounts: Pick<AccountStore, 'walk' | 'find' | 'rekey'> = house().stores.accounts,
    patience: Patience = { forMs: 0, everyMs: 1 },
  ) =>
    makeReseal({
      accounts,
      patience,
      envelope,
      lookup,
      audit: makeAudit({ store: house().stores.audit, clock: house().clock.now }),
    })
  const kidOf = (sealed: string) => JSON.parse(Buffer.from(sealed.split('.')[0] ?? '', 'base64url').toString()).kid

  it('lie under the newest keys, are found by each of them, and still open', async () => {
    const member = await house().aMember()
    const pending = await house().signUp({ ...member, nir: member.nir, email: 'autre@exemple.fr' })
    expect(await resealWith()({ actor: 'cli' })).toEqual({ resealed: 2, contested: [], whole: true })
    for (const id of [member.id, pending]) expect(kidOf((await house().account(id)).sealed)).toBe('p2')
    for (const key of lookup.nir(member.nir)) {
      expect((await house().stores.accounts.findHolder([key]))?.id).toBe(member.id)
      expect(await house().stores.accounts.countClaims([key], 10)).toBe(1)
    }
    expect(await envelope.open(member.id, (await house().account(member.id)).sealed)).toMatchObject({
      email: member.email,
    })
    expect(await house().events('account.resealed')).toMatchObject([{ details: { count: 2, actor: 'cli' } }])
    expect(await resealWith()({ actor: 'cli' })).toMatchObject({ resealed: 0 })
  })

  it('stay without a number where they have none, though what is sealed may name one', async () => {
    const { id, nir } = await house().aMember()
    const { accounts } = house().stores
    expect(await accounts.giveUpNumber(id, (await house().account(id)).version, {}, {})).toBe('givenUp')
    expect(await resealWith()({ actor: 'cli' })).toEqual({ resealed: 1, contested: [], whole: true })
    expect((await house().account(id)).nirKeys).toEqual([])
    for (const key of lookup.nir(nir)) expect(await accounts.findHolder([key])).toBeUndefined()
    expect(await resealWith()({ actor: 'cli' })).toMatchObject({ resealed: 0 })
  })

  it('keep what somebody changes while they are re-sealed', async () => {
    const member = await house().aMember()
    const { accounts } = house().stores
    let changes = 0
    const contended = {
      ...accounts,
      rekey: async (asked: Parameters<AccountStore['rekey']>[0]) => {
        const { version } = await house().account(member.id)
        if (changes++ < 3) await accounts.change(member.id, version, { language: 'en' }, {})
        return accounts.rekey(asked)
      },
    }
    expect(await resealWith(contended)({ actor: 'cli' })).toMatchObject({ resealed: 1, whole: true })
    const after = await house().account(member.id)
    expect(after.language).toBe('en')
    expect(kidOf(after.sealed)).toBe('p2')
  })

  it('are waited for while the store is away, in a bounded time', async () => {
    const member = await house().aMember()
    const { accounts } = house().stores
    let faults = 3
    const failing = {
      ...accounts,
      rekey: async (asked: Parameters<AccountStore['rekey']>[0]) => {
        const outcomes = await accounts.rekey(asked)
        faults -= 1
        // the answer is lost, whatever was done
        if (faults >= 0) throw new StoreAway('away')
        return outcomes
      },
    }
    const patience = { forMs: 60_000, everyMs: 1 }
    expect(await resealWith(failing, patience)({ actor: 'cli' })).toMatchObject({ whole: true })
    expect(kidOf((await house().account(member.id)).sealed)).toBe('p2')

    const away = { ...accounts, walk: () => Promise.reject(new StoreAway('away')) }
    await expect(resealWith(away, { forMs: 5, everyMs: 1 })({ actor: 'cli' })).rejects.toThrow(StoreAway)
  })

  it('are gone through by batches: stopped after one, the next run ends the work', async () => {
    for (let made = 0; made < 120; made += 1)
      await house().signUp(
        {
          nir: `1550114${String(made).padStart(6, '0')}`,
          email: `p${made}@exemple.fr`,
          password: 'Trois-petits-chats-9',
        },
        { network: `192.0.2.${made}` },
      )
    const stop = new AbortController()
    const seen: number[] = []
    const first = await resealWith()({
      actor: 'cli',
      signal: stop.signal,
      progress: looked => {
        seen.push(looked)
        stop.abort()
      },
    })
    expect(first).toEqual({ resealed: 50, contested: [], whole: false })
    expect(seen).toEqual([50])
    expect(await resealWith()({ actor: 'cli' })).toEqual({ resealed: 70, contested: [], whole: true })
  })

  it('tell of a number that somebody else took under the newer key alone: both keep what they have', async () => {
    const member = await house().aMember()
    const other = await house().signUp({ ...member, email: 'autre@exemple.fr' })
    const newest = lookup.nir(member.nir).filter(key => key.keyId === 'l2')
    expect(await house().stores.accounts.activate(other, 1, newest, {}, {})).toBe('activated')
    const { contested, whole } = await resealWith()({ actor: 'cli' })
    expect([[...contested].sort(), whole]).toEqual([[member.id, other].sort(), true])
    expect((await house().holderOf(member.nir))?.id).toBe(member.id)
    expect((await house().stores.accounts.findHolder(newest))?.id).toBe(other)
  })
})
