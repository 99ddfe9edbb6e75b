import { describe, expect, it } from '@jest/globals'
import { makePasswords } from '../../src/protection/passwords.ts'
import { later } from '../builders/records.ts'
import { aPerson, eachHouse, fullHouse } from './house.ts'

describe('sign-in', () => {
  const house = eachHouse()
  const wrong = 'Pas-la-bonne-9'

  it('signs in with number and password, dated before the check, and tells of a device not seen before', async () => {
    const member = await house().aMember()
    const at = house().clock.now()
    const first = await house().tryIn(member)
    expect(first).toMatchObject({ kind: 'signedIn', accountId: member.id, amr: ['pwd'], at, newDevice: true })
    expect((await house().deliver()).map(({ to, subject }) => [to, subject])).toEqual([[member.email, 'newDevice']])

    if (first.kind !== 'signedIn') throw new Error('not signed in')
    const again = await house().tryIn(member, { devices: first.devices })
    expect(again).toMatchObject({ kind: 'signedIn', newDevice: false, devices: first.devices })
    expect(await house().deliver()).toEqual([])
    expect((await house().events('signIn.succeeded')).map(event => event.details)).toEqual([
      { account: member.id, newDevice: true },
      { account: member.id, newDevice: false },
    ])
  })

  it('answers and writes the same, after exactly one hash, for a wrong password, an unknown number and a pending account', async () => {
    const member = await house().aMember()
    const pending = aPerson()
    await house().signUp(pending)
    await house().deliver()
    for (const person of [{ ...member, password: wrong }, aPerson(), pending, { ...pending, password: wrong }]) {
      const { verify, hash } = house().calls
      const events = (await house().events()).length
      expect(await house().tryIn(person)).toEqual({ kind: 'refused' })
      expect({ verify: house().calls.verify - verify, hash: house().calls.hash - hash }).toEqual({ verify: 1, hash: 0 })
      expect((await house().events()).length).toBe(events + 1)
      expect(await house().stores.jobs.count('mail')).toBe(0)
    }
  })

  it('makes waits grow from a minute to an hour and forty minutes, the same for a number that is known and one that is not', async () => {
    const member = await house().aMember()
    const waits: number[][] = []
    for (const person of [{ ...member, password: wrong }, aPerson()]) {
      const start = house().clock.now()
      const seen: number[] = []
      for (let i = 0; i < 4; i += 1) expect(await house().tryIn(person)).toEqual({ kind: 'refused' })
      for (let i = 0; i < 8; i += 1) {
        expect(await house().tryIn(person)).toEqual({ kind: 'refused' })
        const stopped = await house().tryIn(person)
        if (stopped.kind !== 'throttled') throw new Error(stopped.kind)
        seen.push((stopped.until.getTime() - house().clock.now().getTime()) / 60_000)
        house().clock.set(stopped.until)
      }
      waits.push(seen)
      house().clock.set(later(0, start))
    }
    expect(waits[0]).toEqual([1, 2, 4, 8, 16, 32, 64, 100])
    expect(waits[1]).toEqual(waits[0])
  })

  it('neither hashes nor counts a try refused by a wait, and does not lengthen the wait', async () => {
    const member = await house().aMember()
    for (let i = 0; i < 5; i += 1) await house().tryIn({ ...member, password: wrong })
    const { verify } = house().calls
    const untils = []
    for (let i = 0; i < 20; i += 1) untils.push(await house().tryIn(member))
    expect(new Set(untils.map(outcome => JSON.stringify(outcome))).size).toBe(1)
    expect(untils[0]).toEqual({ kind: 'throttled', until: later(60, house().clock.now()) })
    expect(house().calls.verify).toBe(verify)
    house().pass(60)
    expect(await house().tryIn(member)).toMatchObject({ kind: 'signedIn' })
  })

  it('lets nobody lock out a browser that has signed in before', async () => {
    const member = await house().aMember()
    const mine = await house().tryIn(member)
    if (mine.kind !== 'signedIn') throw new Error('not signed in')
    for (let i = 0; i < 7; i += 1) await house().tryIn({ ...member, password: wrong })
    expect(await house().tryIn(member)).toMatchObject({ kind: 'throttled' })
    expect(await house().tryIn(member, { devices: mine.devices })).toMatchObject({ kind: 'signedIn' })
    // that success has reset its own counter, not the strangers'
    expect(await house().tryIn(member)).toMatchObject({ kind: 'throttled' })
  })

  it('slows such a browser down by its own counter, whatever other accounts it knows', async () => {
    const member = await house().aMember()
    const other = await house().aMember()
    const mine = await house().tryIn(member)
    if (mine.kind !== 'signedIn') throw new Error('not signed in')
    const { devices } = mine
    for (let i = 0; i < 5; i += 1) await house().tryIn({ ...member, password: wrong }, { devices })
    expect(await house().tryIn(member, { devices })).toMatchObject({ kind: 'throttled' })
    expect(await house().tryIn(other, { devices })).toMatchObject({ kind: 'signedIn' })
    expect(await house().tryIn(member)).toMatchObject({ kind: 'signedIn' })
  })

  it('begins to count again after a success', async () => {
    const member = await house().aMember()
    for (let round = 0; round < 3; round += 1) {
      for (let i = 0; i < 4; i += 1) await house().tryIn({ ...member, password: wrong })
      expect(await house().tryIn(member)).toMatchObject({ kind: 'signedIn' })
    }
  })

  it('hashes no more tries made at once than made in turn', async () => {
    const member = await house().aMember()
    const { verify } = house().calls
    const tries = Array.from({ length: 30 }, () => house().tryIn({ ...member, password: wrong }))
    const kinds = (await Promise.all(tries)).map(outcome => outcome.kind)
    expect(kinds.filter(kind => kind === 'refused')).toHaveLength(5)
    expect(house().calls.verify - verify).toBe(5)
  })

  it('asks a busy network for the challenge first, and refuses it beyond its volume without touching the numbers', async () => {
    const member = await house().aMember()
    const network = '2001:db8::/64'
    const key = house().lookup.throttleKey('network', network)
    const policy = { max: 1000, window: 3600 }
    const now = house().clock.now()
    for (let i = 0; i < 20; i += 1) await house().stores.throttles.count('signInNetwork', key, policy, now)
    const { verify } = house().calls
    expect(await house().tryIn(member, { network })).toEqual({ kind: 'challenge' })
    expect(house().calls.verify).toBe(verify)
    expect(await house().tryIn(member, { network, challengePassed: true })).toMatchObject({ kind: 'signedIn' })

    for (let i = 0; i < 1000; i += 1) await house().stores.throttles.count('signInNetwork', key, policy, now)
    for (let i = 0; i < 8; i += 1) {
      expect(await house().tryIn(member, { network, challengePassed: true })).toMatchObject({
        kind: 'throttled',
        until: later(3600, now),
      })
    }
    expect(await house().tryIn(member, { network: '192.0.2.9' })).toMatchObject({ kind: 'signedIn' })
  })

  it('counts what comes from one IPv6 site together, whichever of its networks it comes from', async () => {
    const member = await house().aMember()
    const network = (nth: number) => `2001:db8:7:${nth.toString(16)}::/64`
    const kinds: string[] = []
    for (let nth = 0; nth < 400; nth += 1) {
      const outcome = await house().tryIn({ ...aPerson(), password: wrong }, { network: network(nth) })
      kinds.push(outcome.kind)
    }
    expect(kinds.indexOf('challenge')).toBe(320)
    expect(new Set(kinds.slice(320))).toEqual(new Set(['challenge']))
    expect(await house().tryIn(member, { network: '2001:db8:8:1::/64' })).toMatchObject({ kind: 'signedIn' })
  })

  it.each([
    ['network', 20, () => '192.0.2.8'],
    ['IPv6 site', 320, (nth: number) => `2001:db8:7:${nth.toString(16)}::/64`],
  ])('lets no more of one %s through before the challenge when they come all at once', async (_, most, network) => {
    const kinds: string[] = []
    // as many at a time as may wait for their turn to be compared
    for (let nth = 0; nth < 400; nth += 100) {
      const tries = Array.from({ length: 100 }, (_, more) =>
        house().tryIn({ ...aPerson(), password: wrong }, { network: network(nth + more) }),
      )
      for (const { kind } of await Promise.all(tries)) kinds.push(kind)
    }
    expect(kinds.filter(kind => kind === 'refused')).toHaveLength(most)
    expect(kinds.filter(kind => kind === 'challenge')).toHaveLength(400 - most)
  })

  it('says that an account is suspended to who knows its password, and to nobody else', async () => {
    const member = await house().aMember()
    await house().agents.suspend({ nir: member.nir, actor: 'agent-1', reason: 'asked' })
    expect(await house().tryIn({ ...member, password: wrong })).toEqual({ kind: 'refused' })
    expect(await house().tryIn(member)).toEqual({ kind: 'suspended' })
    await house().agents.resume({ nir: member.nir, actor: 'agent-1', reason: 'asked' })
    expect(await house().tryIn(member)).toMatchObject({ kind: 'signedIn' })
  })

  it('tells who comes when the queue is full to try again, member or not, and counts no try', async () => {
    const member = await house().aMember()
    const full = house().casesOver(house().stores, fullHouse)
    let passesUsed = 0
    const spendPass = async () => {
      passesUsed += 1
      return true
    }
    for (const person of [member, aPerson()]) {
      for (let i = 0; i < 7; i += 1)
        expect(await house().tryIn(person, { spendPass }, full)).toEqual({ kind: 'busy', retryAfterSeconds: 3 })
    }
    expect(passesUsed).toBe(0)
    expect(await house().tryIn(member)).toMatchObject({ kind: 'signedIn' })
  })

  it('hashes the password again when the parameters have changed, once, and it still opens', async () => {
    const member = await house().aMember()
    const stronger = makePasswords({ memoryKib: 128, passes: 1, lanes: 1, concurrency: 2, queue: 100 })
    const upgraded = house().casesOver(house().stores, stronger)
    const former = (await house().account(member.id)).passwordHash
    expect(await house().tryIn(member, {}, upgraded)).toMatchObject({ kind: 'signedIn' })
    const renewed = (await house().account(member.id)).passwordHash
    expect(renewed).not.toBe(former)
    expect(await house().tryIn(member, {}, upgraded)).toMatchObject({ kind: 'signedIn' })
    expect((await house().account(member.id)).passwordHash).toBe(renewed)
    expect(await house().events('password.rehashed')).toHaveLength(1)
  })

  it('refuses a password that was changed while it was being checked', async () => {
    const member = await house().aMember()
    const { passwords, stores } = house()
    const slow = house().casesOver(stores, {
      ...passwords,
      admit: act =>
        passwords.admit(place =>
          act({
            ...place,
            verify: async (hash, password) => {
              const checked = await place.verify(hash, password)
              const account = await house().account(member.id)
              await stores.accounts.change(member.id, account.version, { passwordHash: 'another' }, {})
              return checked
            },
          }),
        ),
    })
    expect(await house().tryIn(member, {}, slow)).toEqual({ kind: 'refused' })
  })

  it('signs in twice at once', async () => {
    const member = await house().aMember()
    const outcomes = await Promise.all(Array.from({ length: 4 }, () => house().tryIn(member)))
    expect(outcomes.map(outcome => outcome.kind)).toEqual(Array(4).fill('signedIn'))
  })

  it('forgets the account used longest ago when a browser has known many', async () => {
    let devices: readonly { accountId: string; deviceId: string }[] = []
    const first = await house().aMember()
    for (let i = 0; i < 9; i += 1) {
      const outcome = await house().tryIn(i === 0 ? first : await house().aMember(), { devices })
      if (outcome.kind !== 'signedIn') throw new Error(outcome.kind)
      devices = outcome.devices
    }
    expect(devices).toHaveLength(8)
    expect(devices.some(device => device.accountId === first.id)).toBe(false)
  })

  it('keeps one proof of terms accepted by two clicks', async () => {
    const member = await house().aMember()
    const accept = () => house().acceptTerms(member.id, { version: '2', hash: 'h2' }, 'r')
    expect(await Promise.all([accept(), accept()])).toEqual([{ kind: 'accepted' }, { kind: 'accepted' }])
    expect(await accept()).toEqual({ kind: 'accepted' })
    expect(await house().events('terms.accepted')).toHaveLength(1)
  })

  it('keeps the version, hash and time of terms accepted later', async () => {
    const member = await house().aMember()
    house().pass(10)
    expect(await house().acceptTerms(member.id, { version: '2', hash: 'h2' }, 'r')).toEqual({ kind: 'accepted' })
    expect((await house().account(member.id)).terms).toEqual({
      version: '2',
      hash: 'h2',
      acceptedAt: house().clock.now(),
    })
    expect(await house().acceptTerms('AAAAAAAAAAAAAAAAAAAAAA', { version: '2', hash: 'h2' }, 'r')).toEqual({
      kind: 'gone',
    })
  })
})
