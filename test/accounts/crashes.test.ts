import { describe, expect, it } from '@jest/globals'
import { atEveryCrash, type Crash, dyingAt } from './failing.ts'
import { aPerson, eachHouse } from './house.ts'

/** Whatever the moment at which a process dies, doing it again ends well. */
describe('a process that dies half-way', () => {
  const house = eachHouse()

  const dying = (crash: Crash) => {
    const { stores, died } = dyingAt(house().stores, crash)
    return { cases: house().casesOver(stores), died }
  }
  const linkTo = async (email: string) => house().tokenOf((await house().deliver()).find(mail => mail.to === email))

  it('through a sign-up leaves an account with its mail to come, or nothing', async () => {
    const deaths = await atEveryCrash(async crash => {
      const { cases, died } = dying(crash)
      const person = aPerson()
      await house()
        .signUp(person, { over: cases })
        .catch(() => undefined)
      const claims = await house().stores.accounts.findClaims(house().lookup.nir(person.nir))
      const mails = await house().deliver()
      expect(mails.map(mail => mail.to)).toEqual(claims.map(() => person.email))
      await house().signUp(person)
      expect(await house().deliver()).toHaveLength(1)
      return { died }
    })
    expect(deaths).toBeGreaterThanOrEqual(4)
  })

  it.each(['browser', 'password'] as const)('through an activation by %s lets the same person finish', async proof => {
    const deaths = await atEveryCrash(async crash => {
      const person = aPerson()
      const id = await house().signUp(person)
      const token = await linkTo(person.email)
      const { cases, died } = dying(crash)
      const given = proof === 'browser' ? { browser: id } : { password: person.password }
      await house()
        .activate(token, given, cases)
        .catch(() => undefined)
      const half = await house().account(id)
      const holder = await house().holderOf(person.nir)
      expect(holder?.id).toBe(half.status === 'active' ? id : undefined)

      const outcome = await house().activate(token, given)
      expect(outcome.kind).toBe(half.status === 'active' ? 'alreadyActive' : 'activated')
      expect((await house().holderOf(person.nir))?.id).toBe(id)
      return { died }
    })
    expect(deaths).toBeGreaterThanOrEqual(proof === 'browser' ? 8 : 16)
  })

  it('through a refused activation gives the number to nobody', async () => {
    const member = await house().aMember()
    await atEveryCrash(async crash => {
      house().pass(86_400)
      const person = aPerson({ nir: member.nir })
      const id = await house().signUp(person)
      const token = await linkTo(person.email)
      const { cases, died } = dying(crash)
      await house()
        .activate(token, { browser: id }, cases)
        .catch(() => undefined)
      expect((await house().activate(token, { browser: id })).kind).toBe('cannotFinish')
      expect((await house().holderOf(member.nir))?.id).toBe(member.id)
      return { died }
    })
  })

  it('through a sign-in lets the person in at the next try, and tells of the new device', async () => {
    await atEveryCrash(async crash => {
      const member = await house().aMember()
      const { cases, died } = dying(crash)
      await house()
        .tryIn(member, { network: member.id }, cases)
        .catch(() => undefined)
      expect(await house().tryIn(member, { network: member.id })).toMatchObject({ kind: 'signedIn', newDevice: true })
      expect((await house().deliver()).map(mail => mail.subject)).toContain('newDevice')
      return { died }
    })
  })

  it('through a recovery leaves the former password or the new one, and everything open is ended with the new', async () => {
    const NEW = 'Quatre-petits-chats-8'
    const deaths = await atEveryCrash(async crash => {
      const member = await house().aMember()
      await house().ask(member)
      const token = await linkTo(member.email)
      house().pass(60)
      const { cases, died } = dying(crash)
      const change = { token, password: NEW, request: 'r' }
      await cases.recover(change).catch(() => undefined)
      const changed = (await house().account(member.id)).passwordChangedAt !== undefined

      expect((await house().recover(change)).kind).toBe(changed ? 'used' : 'changed')
      expect(house().ended).toContain(member.id)
      expect((await house().account(member.id)).validAfter).toEqual(house().clock.now())
      expect((await house().deliver()).map(mail => mail.subject)).toEqual(['passwordChanged'])
      expect(await house().tryIn({ ...member, password: NEW }, { network: member.id })).toMatchObject({
        kind: 'signedIn',
      })
      await house().deliver()
      return { died }
    })
    expect(deaths).toBeGreaterThanOrEqual(6)
  })

  it('through a release of a number never frees it before what is open is ended', async () => {
    const deaths = await atEveryCrash(async crash => {
      const member = await house().aMember()
      const { cases, died } = dying(crash)
      const asked = { nir: member.nir, actor: 'agent', reason: 'test' }
      await cases.agents.releaseNumber(asked).catch(() => undefined)
      if (!(await house().holderOf(member.nir))) expect(house().ended).toContain(member.id)
      await house().agents.releaseNumber(asked)
      expect(await house().holderOf(member.nir)).toBeUndefined()
      expect(house().ended).toContain(member.id)
      expect(await house().events('account.numberReleased')).toContainEqual(
        expect.objectContaining({ details: { account: member.id, actor: 'agent', reason: 'test' } }),
      )
      return { died }
    })
    expect(deaths).toBeGreaterThanOrEqual(4)
  })

  it('through a mail sends it once more at most, both links being the same, and counts it once', async () => {
    const deaths = await atEveryCrash(async crash => {
      const person = aPerson()
      const id = await house().signUp(person)
      const { cases, died } = dying(crash)
      const first = await house().deliver(cases.runMail)
      house().pass(61)
      const mails = [...first, ...(await house().deliver())]
      expect(mails).toHaveLength(1)
      const token = house().tokenOf(mails[0])
      for (let i = 0; i < 3; i += 1) {
        house().pass(60)
        await house().resend({ accountId: id, network: '192.0.2.1' })
        await house().deliver()
      }
      expect(house().sent.filter(mail => mail.to === person.email)).toHaveLength(3)
      expect(await house().readLink('activation', token)).toEqual({ kind: 'replaced' })
      return { died }
    })
    expect(deaths).toBeGreaterThanOrEqual(8)
  })

  it('between the sending of a mail and its end in the outbox sends the same link again, and it works', async () => {
    const person = aPerson()
    const id = await house().signUp(person)
    const { jobs } = house().stores
    const now = house().clock.now()
    const [job] = await jobs.lease('mail', now, new Date(now.getTime() + 1000), 1)
    if (!job) throw new Error('no job')
    await house().runMail(job)
    house().pass(2)
    await house().deliver()
    const tokens = house().sent.map(house().tokenOf)
    expect(tokens).toHaveLength(2)
    expect(tokens[1]).toBe(tokens[0])
    expect(await house().activate(tokens[0] ?? '', { browser: id })).toMatchObject({ kind: 'activated' })
  })
})
