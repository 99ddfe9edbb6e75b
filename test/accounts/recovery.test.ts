import { describe, expect, it } from '@jest/globals'
import { aPerson, eachHouse } from './house.ts'

describe('recovery', () => {
  const house = eachHouse()
  const NEW = 'Quatre-petits-chats-8'
  const recover = (token: string, password = NEW) => house().recover({ token, password, request: 'r' })

  const linkFor = async (person: { nir: string; email: string }, serviceId?: string) => {
    await house().ask(person, serviceId)
    return house().tokenOf((await house().deliver())[0])
  }

  it('answers and writes the same whoever it is, and mails only whom it may', async () => {
    const member = await house().aMember()
    const pending = aPerson()
    await house().signUp(pending)
    await house().deliver()
    const cases = [
      { asked: { nir: member.nir, email: member.email.toUpperCase() }, mails: [[member.email, 'recovery']] },
      { asked: { nir: member.nir, email: aPerson().email }, mails: [] },
      { asked: { nir: pending.nir, email: pending.email }, mails: [[pending.email, 'activation']] },
      { asked: { nir: pending.nir, email: member.email }, mails: [] },
      { asked: { nir: aPerson().nir, email: member.email }, mails: [] },
    ]
    for (const { asked, mails } of cases) {
      house().pass(11 * 60)
      const events = (await house().events()).length
      expect(await house().ask(asked)).toEqual({ kind: 'received' })
      expect(await house().stores.jobs.count('mail')).toBe(1)
      expect((await house().events()).slice(events)).toMatchObject([{ name: 'recovery.requested', details: {} }])
      expect((await house().deliver()).map(({ to, subject }) => [to, subject])).toEqual(mails)
    }
  })

  it('changes the password by the mailed link, ends what was open, tells the person, and signs nobody in', async () => {
    const member = await house().aMember()
    const token = await linkFor(member, 'service-9')
    expect(await house().readLink('recovery', token)).toMatchObject({ kind: 'open', accountId: member.id })
    house().pass(10)
    expect(await recover(token)).toEqual({ kind: 'changed', accountId: member.id, cameFrom: 'service-9' })
    expect(new Set(house().ended)).toEqual(new Set([member.id]))
    const now = house().clock.now()
    expect(await house().account(member.id)).toMatchObject({ validAfter: now, passwordChangedAt: now })
    expect((await house().deliver()).map(({ to, subject }) => [to, subject])).toEqual([
      [member.email, 'passwordChanged'],
    ])
    expect(await house().tryIn(member)).toEqual({ kind: 'refused' })
    expect(await house().tryIn({ ...member, password: NEW })).toMatchObject({ kind: 'signedIn' })
  })

  it('opens once: the link is used afterwards, even when clicked twice at once', async () => {
    const member = await house().aMember()
    const token = await linkFor(member)
    const outcomes = await Promise.all([recover(token), recover(token, 'Cinq-petits-chats-7')])
    expect(outcomes.map(outcome => outcome.kind).sort()).toEqual(['changed', 'used'])
    expect(await recover(token)).toEqual({ kind: 'used' })
    expect(await house().readLink('recovery', token)).toEqual({ kind: 'used' })
    expect(await house().events('password.changed')).toHaveLength(1)
  })

  it('lives one hour, and an expired one offers another', async () => {
    const member = await house().aMember()
    const token = await linkFor(member)
    house().pass(3601)
    expect(await recover(token)).toEqual({ kind: 'expired' })
    await house().renewLink('recovery', token)
    const fresh = house().tokenOf((await house().deliver())[0])
    expect(await recover(fresh)).toMatchObject({ kind: 'changed' })
  })

  it('takes no password that is too weak, and the link stays good', async () => {
    const member = await house().aMember()
    const token = await linkFor(member)
    expect(await recover(token, 'x')).toEqual({ kind: 'weak', faults: ['short'] })
    expect(await recover(token)).toMatchObject({ kind: 'changed' })
  })

  it('sends nothing when asked again within ten minutes, and leaves the link standing', async () => {
    const member = await house().aMember()
    const token = await linkFor(member)
    house().pass(9 * 60)
    await house().ask(member)
    expect(await house().deliver()).toEqual([])
    expect(await house().readLink('recovery', token)).toMatchObject({ kind: 'open' })
    house().pass(2 * 60)
    const second = await linkFor(member)
    expect(await house().readLink('recovery', token)).toEqual({ kind: 'replaced' })
    expect(await house().readLink('recovery', second)).toMatchObject({ kind: 'open' })
  })

  it('sends five a day, then silently none', async () => {
    const member = await house().aMember()
    for (let i = 0; i < 8; i += 1) {
      await house().ask(member, undefined, [], `198.51.100.${i}`)
      await house().deliver()
      house().pass(11 * 60)
    }
    expect(house().sent.filter(mail => mail.subject === 'recovery')).toHaveLength(5)
    house().pass(86_400)
    await house().ask(member)
    expect(await house().deliver()).toHaveLength(1)
  })

  it('leaves a mail of the day to another network than a stranger’s, who asks without rest', async () => {
    const member = await house().aMember()
    const pester = async (minutes: number) => {
      for (let minute = 0; minute < minutes; minute += 1) {
        await house().ask(member, undefined, [], `2001:db8:7:${minute % 7}::/64`)
        await house().deliver()
        house().pass(60)
      }
    }
    await pester(90)
    expect(house().sent.filter(mail => mail.subject === 'recovery')).toHaveLength(4)
    await house().ask(member, undefined, [], '2001:db8:8:1::/64')
    expect(await house().deliver()).toHaveLength(1)
  })

  it('counts clicks made again within a pause once', async () => {
    const member = await house().aMember()
    house().pass(600 - ((house().clock.now().getTime() / 1000) % 600))
    for (let click = 0; click < 8; click += 1) await house().ask(member)
    expect(await house().deliver()).toHaveLength(1)
    for (let time = 0; time < 3; time += 1) {
      house().pass(11 * 60)
      await house().ask(member)
      expect(await house().deliver()).toHaveLength(1)
    }
  })

  it('mails another link to whoever reads that mailbox when strangers have used up the mails of the day', async () => {
    const member = await house().aMember()
    for (let i = 0; i < 8; i += 1) {
      await house().ask(member, undefined, [], `198.51.100.${i}`)
      await house().deliver()
      house().pass(11 * 60)
    }
    const last = house().tokenOf(house().sent.findLast(mail => mail.subject === 'recovery'))
    house().pass(3600)
    expect(await house().readLink('recovery', last)).toEqual({ kind: 'expired' })
    await house().renewLink('recovery', last)
    const fresh = house().tokenOf((await house().deliver())[0])
    expect(await recover(fresh)).toMatchObject({ kind: 'changed' })
  })

  it('leaves the holder, in a browser of theirs, their mails when a stranger has used theirs up; never more than as many again', async () => {
    const member = await house().aMember()
    const devices = [{ accountId: member.id, deviceId: 'own' }]
    for (let i = 0; i < 8; i += 1) {
      await house().ask(member)
      await house().deliver()
      house().pass(11 * 60)
    }
    await house().ask(member, undefined, [{ accountId: 'another', deviceId: 'theirs' }])
    expect(await house().deliver()).toEqual([])
    for (let i = 0; i < 8; i += 1) {
      await house().ask(member, undefined, devices)
      expect(await house().deliver()).toHaveLength(i < 5 ? 1 : 0)
      house().pass(11 * 60)
    }
  })

  it('sends no link asked before the last change of password', async () => {
    const member = await house().aMember()
    const token = await linkFor(member)
    house().pass(11 * 60)
    await house().ask(member)
    house().pass(1)
    await recover(token)
    expect((await house().deliver()).map(mail => mail.subject)).toEqual(['passwordChanged'])
  })

  it('lets who failed many times with the former password sign in with the new one at once', async () => {
    const member = await house().aMember()
    for (let i = 0; i < 6; i += 1) await house().tryIn({ ...member, password: 'Oubliee-de-moi-1' })
    await recover(await linkFor(member))
    expect(await house().tryIn({ ...member, password: NEW })).toMatchObject({ kind: 'signedIn' })
  })

  it('does nothing with an activation link, nor for an account that was closed', async () => {
    const pending = aPerson()
    await house().signUp(pending)
    const activation = house().tokenOf((await house().deliver())[0])
    expect(await recover(activation)).toEqual({ kind: 'unknown' })
    const member = await house().aMember()
    const token = await linkFor(member)
    await house().agents.releaseNumber({ nir: member.nir, actor: 'a', reason: 'asked' })
    expect(await recover(token)).toEqual({ kind: 'used' })
  })

  it('refuses a network beyond its volume', async () => {
    const { throttles } = house().stores
    const key = house().lookup.throttleKey('network', '192.0.2.1')
    const policy = { max: 100, window: 3600 }
    for (let i = 0; i < 100; i += 1) await throttles.count('recoveryNetwork', key, policy, house().clock.now())
    expect(await house().ask(aPerson())).toMatchObject({ kind: 'throttled' })
    expect(await house().stores.jobs.count('mail')).toBe(0)
  })
})

describe("the support agent's tools", () => {
  const house = eachHouse()
  const by = { actor: 'agent-1', reason: 'asked at the counter' }

  it('show a holder and claims as ids, statuses and dates; each use is audited', async () => {
    const member = await house().aMember()
    const claim = await house().signUp(aPerson({ nir: member.nir }))
    const shown = await house().agents.show({ nir: member.nir, ...by })
    expect(shown.holder).toMatchObject({ id: member.id, status: 'active' })
    expect(shown.claims.map(one => one.id)).toEqual([claim])
    const text = JSON.stringify(shown)
    for (const personal of [member.nir, member.email, 'Ournara']) expect(text).not.toContain(personal)
    expect((await house().events('account.shown')).map(event => event.details)).toEqual([
      { account: member.id, ...by },
      { account: claim, ...by },
    ])
  })

  it('suspend, end sessions and release end what is open; what they date refuses the rest', async () => {
    const member = await house().aMember()
    house().pass(5)
    expect(await house().agents.endSessions({ nir: member.nir, ...by })).toEqual({
      kind: 'ended',
      accountId: member.id,
    })
    expect((await house().account(member.id)).validAfter).toEqual(house().clock.now())
    await house().agents.suspend({ nir: member.nir, ...by })
    await house().agents.releaseNumber({ nir: member.nir, ...by })
    // before the number is free, and after
    expect(house().ended).toEqual([member.id, member.id, member.id, member.id])
    expect((await house().account(member.id)).status).toBe('closed')
    expect(await house().tryIn(member)).toEqual({ kind: 'refused' })
    expect((await house().events()).filter(event => 'actor' in event.details).map(event => event.name)).toEqual([
      'account.sessionsEnded',
      'account.suspended',
      'account.numberReleased',
    ])
  })

  it('say that nobody holds a number, and have counted the look', async () => {
    const { nir } = aPerson()
    expect(await house().agents.show({ nir, ...by })).toEqual({ kind: 'shown', holder: undefined, claims: [] })
    expect(await house().agents.suspend({ nir, ...by })).toEqual({ kind: 'noHolder' })
    expect(await house().agents.resume({ nir, ...by })).toEqual({ kind: 'noHolder' })
    expect(await house().agents.releaseNumber({ nir, ...by })).toEqual({ kind: 'noHolder' })
    expect(await house().events('account.shown')).toHaveLength(1)
  })
})
