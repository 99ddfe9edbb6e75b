import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import type { LookupKey } from '../../src/stores/contracts.ts'
import { aJob, aMailedLink, aNirKey, anId, aPendingAccount, later, noon } from '../builders/records.ts'
import { eachOpened, type LastingStores, type OpenStores } from './set-up.ts'

export const accountStoreContract = (open: OpenStores<LastingStores>): void => {
  const opened = eachOpened(open, { beforeEach, afterEach })
  const accounts = () => opened().stores.accounts

  const anActiveAccount = async (nirKeys = [aNirKey()]) => {
    const account = aPendingAccount({ nirKeys })
    await accounts().create(account, {})
    await accounts().activate(account.id, 1, nirKeys, { activatedAt: noon }, {})
    return account
  }

  describe('accounts', () => {
    it('gives back an account as it was made', async () => {
      const account = aPendingAccount({ cameFrom: 'service', recovery: aMailedLink({ usedAt: later(5) }) })
      await accounts().create(account, {})
      expect(await accounts().find(account.id)).toEqual(account)
    })

    it('knows nothing of an unknown account', async () => {
      expect(await accounts().find(anId())).toBeUndefined()
      expect(await accounts().change(anId(), 1, {}, {})).toBe('gone')
      expect(await accounts().activate(anId(), 1, [aNirKey()], {}, {})).toBe('gone')
      expect(await accounts().releaseNumber(anId(), noon, {})).toBe('gone')
      expect(await accounts().erasePending(anId(), {})).toBe('gone')
    })

    it('never makes an account twice, nor one that is not pending', async () => {
      const account = aPendingAccount()
      await accounts().create(account, {})
      await expect(accounts().create(account, {})).rejects.toThrow()
      await expect(accounts().create(aPendingAccount({ status: 'active' }), {})).rejects.toThrow()
    })

    it('writes the event and the jobs of an act with it', async () => {
      const account = aPendingAccount()
      const job = aJob()
      const event = { name: 'signUp.requested', details: { account: account.id }, at: noon } as const
      await accounts().create(account, { events: [event], jobs: [job] })
      const [segment] = await opened().stores.audit.segments()
      expect(segment?.count).toBe(1)
      expect(await opened().stores.jobs.count('mail')).toBe(1)
    })

    it('writes neither event nor job for an act that did not happen', async () => {
      const account = await anActiveAccount()
      const event = { name: 'activation.done', details: { account: account.id, proof: 'browser' }, at: noon } as const
      const effects = { events: [event], jobs: [aJob()] }
      expect(await accounts().change(account.id, 1, {}, effects)).toBe('conflict')
      expect(await accounts().activate(account.id, 2, account.nirKeys, {}, effects)).toBe('alreadyActive')
      expect(await accounts().erasePending(account.id, effects)).toBe('notPending')
      await expect(accounts().create(account, effects)).rejects.toThrow()
      expect(await opened().stores.audit.segments()).toEqual([])
      expect(await opened().stores.jobs.count('mail')).toBe(0)
    })

    it('changes what is said, removes what is undefined, leaves the rest', async () => {
      const account = aPendingAccount({ recovery: aMailedLink() })
      await accounts().create(account, {})
      const recovery = aMailedLink({ wrongPasswords: 2 })
      expect(await accounts().change(account.id, 1, { activation: undefined, recovery, language: 'en' }, {})).toBe(
        'changed',
      )
      const { activation: _, ...rest } = account
      expect(await accounts().find(account.id)).toEqual({ ...rest, recovery, language: 'en', version: 2 })
    })

    it('tells a change made on an older version that it comes too late', async () => {
      const account = aPendingAccount()
      await accounts().create(account, {})
      expect(await accounts().change(account.id, 1, { sealed: 'first' }, {})).toBe('changed')
      expect(await accounts().change(account.id, 1, { sealed: 'second' }, {})).toBe('conflict')
      expect((await accounts().find(account.id))?.sealed).toBe('first')
    })

    it('suspends and resumes by a change, but never activates nor closes by one', async () => {
      const pending = aPendingAccount()
      await accounts().create(pending, {})
      await expect(accounts().change(pending.id, 1, { status: 'active' }, {})).rejects.toThrow()
      const active = await anActiveAccount()
      expect(await accounts().change(active.id, 2, { status: 'suspended' }, {})).toBe('changed')
      expect((await accounts().findHolder(active.nirKeys))?.status).toBe('suspended')
      expect(await accounts().change(active.id, 3, { status: 'active' }, {})).toBe('changed')
      await expect(accounts().change(active.id, 4, { status: 'closed' }, {})).rejects.toThrow()
    })
  })

  describe('who holds a number', () => {
    it('is nobody while accounts are pending', async () => {
      const account = aPendingAccount()
      await accounts().create(account, {})
      expect(await accounts().findHolder(account.nirKeys)).toBeUndefined()
    })

    it('is the account that was activated, with what the activation changed', async () => {
      const account = aPendingAccount()
      await accounts().create(account, {})
      const change = { activatedAt: later(1), emailVerifiedAt: later(1), activation: undefined }
      expect(await accounts().activate(account.id, 1, account.nirKeys, change, {})).toBe('activated')
      const { activation: _, ...rest } = account
      const expected = { ...rest, status: 'active', version: 2, activatedAt: later(1), emailVerifiedAt: later(1) }
      expect(await accounts().findHolder(account.nirKeys)).toEqual(expected)
    })

    it('is the first to activate; the second is told so and nothing of theirs changes', async () => {
      const nirKeys = [aNirKey()]
      await anActiveAccount(nirKeys)
      const second = aPendingAccount({ nirKeys })
      await accounts().create(second, {})
      expect(await accounts().activate(second.id, 1, nirKeys, { language: 'en' }, { jobs: [aJob()] })).toBe('held')
      expect(await accounts().find(second.id)).toEqual(second)
      expect(await opened().stores.jobs.count('mail')).toBe(0)
    })

    it('is told again, not changed, when an activation comes twice', async () => {
      const account = await anActiveAccount()
      expect(await accounts().activate(account.id, 1, account.nirKeys, {}, {})).toBe('alreadyActive')
      expect((await accounts().find(account.id))?.version).toBe(2)
    })

    it('is not who activates an older version of their account', async () => {
      const account = aPendingAccount()
      await accounts().create(account, {})
      await accounts().change(account.id, 1, { language: 'en' }, {})
      expect(await accounts().activate(account.id, 1, account.nirKeys, {}, {})).toBe('conflict')
      expect(await accounts().findHolder(account.nirKeys)).toBeUndefined()
    })

    it('stays one across a rotation of the keys, whichever the order of activations', async () => {
      const older = aNirKey(anId(), 'old')
      const newer = aNirKey(anId(), 'new')
      await anActiveAccount([older])
      const second = aPendingAccount({ nirKeys: [older, newer] })
      await accounts().create(second, {})
      expect(await accounts().activate(second.id, 1, [older, newer], {}, {})).toBe('held')
      expect(await accounts().findHolder([newer])).toBeUndefined()
      expect((await accounts().findHolder([newer, older]))?.id).not.toBe(second.id)
    })

    it('is found under each key of the ring', async () => {
      const keys = [aNirKey(anId(), 'old'), aNirKey(anId(), 'new')]
      const account = await anActiveAccount(keys)
      for (const key of keys) expect((await accounts().findHolder([key]))?.id).toBe(account.id)
    })

    it('is nobody once the number is released; the account is closed, and another may hold it', async () => {
      const account = await anActiveAccount()
      expect(await accounts().releaseNumber(account.id, later(60), {})).toBe('released')
      expect(await accounts().findHolder(account.nirKeys)).toBeUndefined()
      expect(await accounts().find(account.id)).toMatchObject({ status: 'closed', validAfter: later(60), version: 3 })
      expect(await accounts().releaseNumber(account.id, later(60), {})).toBe('gone')
      const next = await anActiveAccount([...account.nirKeys])
      expect((await accounts().findHolder(account.nirKeys))?.id).toBe(next.id)
    })

    it('keeps the number when the account was changed since it was looked at', async () => {
      const account = await anActiveAccount()
      const { version } = (await accounts().find(account.id)) ?? account
      expect(await accounts().change(account.id, version, { cases: [anId()] }, {})).toBe('changed')
      expect(await accounts().releaseNumber(account.id, noon, {}, version)).toBe('conflict')
      expect((await accounts().findHolder(account.nirKeys))?.id).toBe(account.id)
      expect(await accounts().releaseNumber(account.id, noon, {}, version + 1)).toBe('released')
    })

    it('is one of many that activate at once', async () => {
      const nirKeys = [aNirKey(), aNirKey(anId(), 'l2')]
      const claimants = Array.from({ length: 20 }, () => aPendingAccount({ nirKeys }))
      const other = await opened().another()
      for (const account of claimants) await accounts().create(account, {})
      const outcomes = await Promise.all(
        claimants.map((account, i) => (i % 2 ? accounts() : other.accounts).activate(account.id, 1, nirKeys, {}, {})),
      )
      expect(outcomes.filter(outcome => outcome === 'activated')).toHaveLength(1)
      expect(outcomes.filter(outcome => outcome === 'held')).toHaveLength(19)
    })
  })

  describe('accounts put under newer keys', () => {
    const [older, newer] = [aNirKey(anId(), 'old'), aNirKey(anId(), 'new')]
    const rekeyed = (
      account: { id: string; emailKeys: readonly LookupKey[] },
      version: number,
      nirKeys = [older, newer],
    ) => ({
      id: account.id,
      version,
      sealed: 'sealed-anew',
      nirKeys,
      emailKeys: [...account.emailKeys, { keyId: 'new', value: anId() }],
      identityKeys: [],
    })

    it('are brought in whole, each as it is: holders hold, pending ones claim, closed ones neither', async () => {
      const number = aNirKey()
      const holder = aPendingAccount({ status: 'active', version: 7, nirKeys: [older, newer], activatedAt: noon })
      const pending = aPendingAccount({ nirKeys: [number] })
      const closed = aPendingAccount({ status: 'closed', nirKeys: [number] })
      expect(await accounts().import([holder, pending, closed])).toEqual(['imported', 'imported', 'imported'])
      for (const account of [holder, pending, closed]) expect(await accounts().find(account.id)).toEqual(account)
      for (const key of [older, newer]) expect((await accounts().findHolder([key]))?.id).toBe(holder.id)
      expect((await accounts().findClaims([number])).map(({ id }) => id)).toEqual([pending.id])
      expect(await accounts().findHolder([number])).toBeUndefined()
    })

    it('are brought in again without changing those that are there, and never make a second holder', async () => {
      const holder = await anActiveAccount([older])
      const before = await accounts().find(holder.id)
      const second = aPendingAccount({ status: 'active', nirKeys: [newer, older] })
      const outcomes = await accounts().import([{ ...holder, sealed: 'another' }, second, aPendingAccount()])
      expect(outcomes).toEqual(['known', 'held', 'imported'])
      expect(await accounts().find(holder.id)).toEqual(before)
      expect(await accounts().find(second.id)).toBeUndefined()
      expect(await accounts().findHolder([newer])).toBeUndefined()
    })

    it('are walked in the order of ids, each once, and counted', async () => {
      const made = Array.from({ length: 5 }, () => aPendingAccount())
      for (const account of made) await accounts().create(account, {})
      const ids = made.map(({ id }) => id).sort()
      const first = await accounts().walk(undefined, 3)
      const rest = await accounts().walk(first.at(-1)?.id, 3)
      expect([...first, ...rest].map(({ id }) => id)).toEqual(ids)
      expect(await accounts().walk(ids.at(-1), 3)).toEqual([])
      expect(await accounts().count()).toBe(5)
    })

    it('hold their number under exactly the keys given, and nothing else of them changes', async () => {
      const account = await anActiveAccount([older])
      const before = await accounts().find(account.id)
      const anew = rekeyed(account, 2)
      expect(await accounts().rekey([anew])).toEqual(['changed'])
      expect(await accounts().find(account.id)).toEqual({ ...before, ...anew, version: 3 })
      expect((await accounts().findHolder([newer]))?.id).toBe(account.id)
      expect(await accounts().rekey([rekeyed(account, 3, [newer])])).toEqual(['changed'])
      expect(await accounts().findHolder([older])).toBeUndefined()
      expect((await accounts().findHolder([newer]))?.id).toBe(account.id)
    })

    it('claim their number under them while pending', async () => {
      const account = aPendingAccount({ nirKeys: [older] })
      await accounts().create(account, {})
      expect(await accounts().rekey([rekeyed(account, 1, [newer])])).toEqual(['changed'])
      expect(await accounts().countClaims([newer], 10)).toBe(1)
      expect(await accounts().countClaims([older], 10)).toBe(0)
    })

    it('are each told apart: changed since, gone, or held by another, who keeps it', async () => {
      const holder = await anActiveAccount([newer])
      const late = await anActiveAccount([older])
      const changed = await anActiveAccount([aNirKey()])
      const free = await anActiveAccount([aNirKey()])
      const outcomes = await accounts().rekey([
        rekeyed(late, 2),
        rekeyed(changed, 1, [...changed.nirKeys]),
        rekeyed({ id: anId(), emailKeys: [] }, 1),
        rekeyed(free, 2, [...free.nirKeys]),
      ])
      expect(outcomes).toEqual(['held', 'conflict', 'gone', 'changed'])
      expect((await accounts().findHolder([newer]))?.id).toBe(holder.id)
      expect((await accounts().find(late.id))?.sealed).not.toBe('sealed-anew')
    })
  })

  describe('claims on a number', () => {
    it('are many while pending, newest first', async () => {
      const nirKeys = [aNirKey(anId(), 'old'), aNirKey(anId(), 'new')]
      const claims = [1, 3, 2].map(seconds => aPendingAccount({ nirKeys, createdAt: later(seconds) }))
      for (const account of claims) await accounts().create(account, {})
      const times = (await accounts().findClaims(nirKeys)).map(account => account.createdAt)
      expect(times).toEqual([later(3), later(2), later(1)])
      expect(await accounts().countClaims(nirKeys, 10)).toBe(3)
      expect(await accounts().countClaims(nirKeys, 2)).toBe(2)
    })

    it('end when the account is activated or erased', async () => {
      const nirKeys = [aNirKey()]
      const [first, second] = [aPendingAccount({ nirKeys }), aPendingAccount({ nirKeys })]
      await accounts().create(first, {})
      await accounts().create(second, {})
      await accounts().activate(first.id, 1, nirKeys, {}, {})
      expect((await accounts().findClaims(nirKeys)).map(account => account.id)).toEqual([second.id])
      expect(await accounts().erasePending(second.id, {})).toBe('erased')
      expect(await accounts().countClaims(nirKeys, 10)).toBe(0)
      expect(await accounts().find(second.id)).toBeUndefined()
    })

    it('are purged with age, by bounded numbers, and active accounts never', async () => {
      const active = await anActiveAccount()
      for (const seconds of [1, 2, 3])
        await accounts().create(aPendingAccount({ createdAt: later(seconds), nirKeys: active.nirKeys }), {})
      const counts: number[] = []
      const purged = (count: number) => {
        counts.push(count)
        return { jobs: [aJob()] }
      }
      expect(await accounts().purgePending(later(3), 1, purged)).toBe(1)
      expect(await accounts().purgePending(later(3), 10, purged)).toBe(1)
      expect(await accounts().purgePending(later(3), 10, purged)).toBe(0)
      expect(counts).toEqual([1, 1])
      expect(await opened().stores.jobs.count('mail')).toBe(2)
      expect(await accounts().countClaims(active.nirKeys, 10)).toBe(1)
      expect((await accounts().find(active.id))?.status).toBe('active')
    })
  })
}
