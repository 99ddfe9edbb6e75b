import { describe, expect, it } from '@jest/globals'
import { aPerson, eachHouse } from './house.ts'

describe('sign-up', () => {
  const house = eachHouse()

  it('does and writes the same for a number that is held, claimed or unknown', async () => {
    const member = await house().aMember()
    const claimed = aPerson()
    await house().signUp(claimed)
    await house().deliver()
    const before = await house().events()

    for (const nir of [member.nir, claimed.nir, aPerson().nir]) {
      const { hash, verify } = house().calls
      const jobs = await house().stores.jobs.count('mail')
      await house().signUp(aPerson({ nir }))
      expect({ hash: house().calls.hash - hash, verify: house().calls.verify - verify }).toEqual({ hash: 1, verify: 0 })
      expect(await house().stores.jobs.count('mail')).toBe(jobs + 1)
    }
    const written = (await house().events()).slice(before.length)
    expect(written.map(({ name, details }) => [name, Object.keys(details)])).toEqual(
      Array.from({ length: 3 }, () => ['signUp.requested', ['account']]),
    )
  })

  it('keeps nothing of what was typed in the clear', async () => {
    const person = aPerson()
    await house().signUp(person)
    await house().deliver()
    const dump = (await house().dump()).toString('latin1')
    for (const typed of [person.nir, person.email, person.password, 'Ournara', '600000000']) {
      expect(dump).not.toContain(typed)
    }
  })

  it('mails the address typed a link, and nothing else that was typed', async () => {
    const person = aPerson()
    await house().signUp(person)
    const mails = await house().deliver()
    expect(mails.map(({ to, subject }) => ({ to, subject }))).toEqual([{ to: person.email, subject: 'activation' }])
    const all = JSON.stringify(mails[0]).replace(person.email, '')
    for (const typed of [person.nir, person.email, 'Ournara']) expect(all).not.toContain(typed)
  })

  it('warns the holder at most once a day, and tells nothing about who tried', async () => {
    const member = await house().aMember()
    const stranger = aPerson({ nir: member.nir })
    await house().signUp(stranger)
    const mails = await house().deliver()
    expect(mails.map(({ to, subject }) => [to, subject])).toEqual([
      [stranger.email, 'activation'],
      [member.email, 'holderWarned'],
    ])
    expect(mails[1]?.text).not.toContain(stranger.email)

    await house().signUp(aPerson({ nir: member.nir }))
    expect((await house().deliver()).map(mail => mail.subject)).toEqual(['activation'])
    house().pass(25 * 3600)
    await house().signUp(aPerson({ nir: member.nir }))
    expect((await house().deliver()).map(mail => mail.subject)).toEqual(['activation', 'holderWarned'])
  })

  it("tells the holder that the account exists when the address typed is the holder's own, with one mail", async () => {
    const member = await house().aMember()
    await house().signUp(aPerson({ nir: member.nir, email: member.email.toUpperCase() }))
    const mails = await house().deliver()
    expect(mails.map(({ to, subject }) => [to, subject])).toEqual([[member.email, 'accountExists']])
  })

  it('lets two people share one e-mail address', async () => {
    const one = await house().aMember()
    const other = await house().aMember({ email: one.email })
    expect((await house().holderOf(one.nir))?.id).toBe(one.id)
    expect((await house().holderOf(other.nir))?.id).toBe(other.id)
  })

  it('sends at most three sign-up mails a day to one address, then silently none', async () => {
    const { email } = aPerson()
    for (let i = 0; i < 5; i += 1) await house().signUp(aPerson({ email: i % 2 ? email : email.toUpperCase() }))
    expect(await house().deliver()).toHaveLength(3)
    expect(await house().events('mail.dropped')).toHaveLength(2)
    house().pass(25 * 3600)
    await house().signUp(aPerson({ email }))
    expect(await house().deliver()).toHaveLength(1)
  })

  it('leaves a fourth to another network than the one that used up three, and none then', async () => {
    const { email } = aPerson()
    for (let i = 0; i < 5; i += 1) await house().signUp(aPerson({ email }), { network: `2001:db8:7:${i}::/64` })
    expect(await house().deliver()).toHaveLength(3)
    for (let i = 0; i < 3; i += 1) await house().signUp(aPerson({ email }), { network: `198.51.100.${i}` })
    expect(await house().deliver()).toHaveLength(1)
  })

  it('says that a number is claimed often, held or not, and refuses none of its claims', async () => {
    const member = await house().aMember()
    for (const { nir } of [member, aPerson()]) {
      for (let i = 0; i < 3; i += 1) await house().signUp(aPerson({ nir }))
      expect(await house().claimedOften(nir)).toBe(true)
    }
    expect(await house().claimedOften(aPerson().nir)).toBe(false)
  })

  it('refuses a network beyond its volume, and stores nothing then', async () => {
    const refused = async () => {
      for (let i = 0; i < 301; i += 1) {
        await house().stores.throttles.count(
          'signUpNetwork',
          house().lookup.throttleKey('network', '198.51.100.7'),
          { max: 300, window: 3600 },
          house().clock.now(),
        )
      }
      return house().signUp(aPerson(), { network: '198.51.100.7' })
    }
    await expect(refused()).rejects.toThrow('throttled')
    expect(await house().stores.jobs.count('mail')).toBe(0)
    expect(house().calls.hash).toBe(0)
  })
})

describe('« Renvoyer le courriel » and « Corriger l’adresse »', () => {
  const house = eachHouse()

  it('sends a new link, whose leaving kills the former one', async () => {
    const person = aPerson()
    const id = await house().signUp(person)
    const first = house().tokenOf((await house().deliver())[0])
    house().pass(60)
    await house().resend({ accountId: id, network: '192.0.2.1' })
    expect(await house().readLink('activation', first)).toMatchObject({ kind: 'open' })
    const second = house().tokenOf((await house().deliver())[0])
    expect(await house().readLink('activation', first)).toEqual({ kind: 'replaced' })
    expect(await house().readLink('activation', second)).toMatchObject({ kind: 'open', accountId: id })
  })

  it('leaves the former link standing when the address has had its mails of the day', async () => {
    const person = aPerson()
    const id = await house().signUp(person)
    await house().deliver()
    let last = ''
    for (let i = 0; i < 4; i += 1) {
      house().pass(60)
      await house().resend({ accountId: id, network: '192.0.2.1' })
      const [mail] = await house().deliver()
      if (mail) last = house().tokenOf(mail)
    }
    expect(house().sent).toHaveLength(3)
    expect(await house().readLink('activation', last)).toMatchObject({ kind: 'open' })
  })

  it('kills the link of the former address at once, and mails the new one', async () => {
    const person = aPerson()
    const id = await house().signUp(person)
    const former = house().tokenOf((await house().deliver())[0])
    house().pass(60)
    expect(
      await house().correct({ accountId: id, email: 'juste@exemple.fr', network: '192.0.2.1', request: 'r' }),
    ).toEqual({ kind: 'done' })
    expect(await house().activate(former, { browser: id })).toEqual({ kind: 'unknown' })
    const mails = await house().deliver()
    expect(mails.map(mail => mail.to)).toEqual(['juste@exemple.fr'])
    expect(await house().activate(house().tokenOf(mails[0]), { browser: id })).toMatchObject({ kind: 'activated' })
  })

  it('is corrected once by two clicks, and mailed once', async () => {
    const id = await house().signUp(aPerson())
    await house().deliver()
    house().pass(1)
    const correct = () =>
      house().correct({ accountId: id, email: 'juste@exemple.fr', network: '192.0.2.1', request: 'r' })
    expect(await Promise.all([correct(), correct()])).toEqual([{ kind: 'done' }, { kind: 'done' }])
    expect(await house().events('signUp.addressCorrected')).toHaveLength(1)
    expect((await house().deliver()).map(mail => mail.to)).toEqual(['juste@exemple.fr'])
  })

  it('mails the new address only, once, when it is corrected before the first mail has left', async () => {
    const id = await house().signUp(aPerson())
    await house().correct({ accountId: id, email: 'juste@exemple.fr', network: '192.0.2.1', request: 'r' })
    house().pass(1)
    expect((await house().deliver()).map(mail => mail.to)).toEqual(['juste@exemple.fr'])
  })

  it('answers the same, and does nothing, for an account that is active, unknown or throttled', async () => {
    const member = await house().aMember()
    const pending = await house().signUp(aPerson())
    await house().deliver()
    for (let i = 0; i < 5; i += 1) await house().resend({ accountId: pending, network: '192.0.2.1' })
    const before = await house().account(pending)
    const jobs = await house().stores.jobs.count('mail')
    for (const accountId of [member.id, 'AAAAAAAAAAAAAAAAAAAAAA', pending]) {
      expect(
        await house().correct({ accountId, email: 'autre@exemple.fr', network: '192.0.2.1', request: 'r' }),
      ).toEqual({ kind: 'done' })
    }
    expect(await house().resend({ accountId: pending, network: '192.0.2.1' })).toEqual({ kind: 'done' })
    expect(await house().account(pending)).toEqual(before)
    expect(await house().stores.jobs.count('mail')).toBe(jobs)
  })
})

describe('accounts never activated', () => {
  const house = eachHouse()

  it('are erased after seven days, with what they claimed; active ones stay', async () => {
    const member = await house().aMember()
    const person = aPerson()
    await house().signUp(person)
    house().pass(7 * 86_400 - 60)
    expect(await house().purgePending()).toBe(0)
    house().pass(120)
    expect(await house().purgePending()).toBe(1)
    expect(await house().stores.accounts.findClaims(house().lookup.nir(person.nir))).toEqual([])
    expect((await house().holderOf(member.nir))?.id).toBe(member.id)
    expect(await house().events('account.purged')).toMatchObject([{ details: { count: 1 } }])
  })
})
