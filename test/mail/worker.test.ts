import { describe, expect, it } from '@jest/globals'
import type { Delivery } from '../../src/mail/transport.ts'
import { MailAway } from '../../src/mail/worker.ts'
import { aPerson, eachHouse } from '../accounts/house.ts'
import { aJob, later } from '../builders/records.ts'

describe('the mail worker', () => {
  const house = eachHouse()

  const leased = async () => {
    const now = house().clock.now()
    const [job] = await house().stores.jobs.lease('mail', now, later(1, now), 1)
    if (!job) throw new Error('no mail to send')
    return job
  }
  const answering = (delivery: Delivery) => {
    house().server.answer = () => delivery
  }

  it('keeps a mail for later while the server is away, then sends it, and says no address in between', async () => {
    const person = aPerson()
    await house().signUp(person)
    const job = await leased()
    answering({ kind: 'later', code: 'ECONNECTION' })
    const failed = await house()
      .runMail(job)
      .catch((error: unknown) => error)
    expect(failed).toBeInstanceOf(MailAway)
    expect(String(failed)).toBe('MailAway: no mail can leave now (ECONNECTION)')
    answering({ kind: 'sent' })
    house().pass(3600)
    expect((await house().deliver()).map(mail => mail.to)).toEqual([person.email])
  })

  it('gives a link its whole life from the moment when the mail leaves', async () => {
    const person = aPerson()
    await house().signUp(person)
    answering({ kind: 'later', code: 'ECONNECTION' })
    await house().deliver()
    house().pass(5 * 3600)
    answering({ kind: 'sent' })
    const token = house().tokenOf((await house().deliver())[0])
    expect(await house().readLink('activation', token)).toMatchObject({ expiresAt: later(86_400, house().clock.now()) })
  })

  it('counts once against every limit a mail tried many times', async () => {
    const { email } = aPerson()
    await house().signUp(aPerson({ email }))
    answering({ kind: 'later', code: 'ECONNECTION' })
    for (let i = 0; i < 6; i += 1) {
      await house().deliver()
      house().pass(61)
    }
    answering({ kind: 'sent' })
    await house().signUp(aPerson({ email }))
    await house().signUp(aPerson({ email }))
    expect(await house().deliver()).toHaveLength(3)
  })

  it('drops what the server refuses for good, still warning the holder', async () => {
    const member = await house().aMember()
    const stranger = aPerson({ nir: member.nir })
    house().server.answer = mail => ({ kind: mail.to === stranger.email ? 'rejected' : 'sent' })
    await house().signUp(stranger)
    expect((await house().deliver()).map(mail => mail.subject)).toEqual(['holderWarned'])
    expect((await house().events('mail.dropped')).map(event => event.details)).toEqual([
      { kind: 'activation', reason: 'rejected' },
    ])
    expect(await house().stores.jobs.count('mail')).toBe(0)
  })

  it('sends nothing too old to be of use, nor what it cannot open', async () => {
    const member = await house().aMember()
    const old = house().outbox.mail('newDevice', { accountId: member.id, at: house().clock.now().toISOString() })
    house().pass(86_401)
    const unreadable = aJob({ kind: 'newDevice', sealed: 'v1.AAAA', expiresAt: later(3600, house().clock.now()) })
    for (const [job, reason] of [
      [old, 'expired'],
      [unreadable, 'unknown'],
    ] as const) {
      const { effects } = await house().runMail({ ...job, attempts: 1 })
      expect(effects.events).toMatchObject([{ name: 'mail.dropped', details: { kind: 'newDevice', reason } }])
    }
  })

  it('writes to the address corrected meanwhile, never to the one before', async () => {
    const person = aPerson()
    const id = await house().signUp(person)
    const job = await leased()
    const { accounts } = house().stores
    let corrected = false
    const racing = house().casesOver({
      ...house().stores,
      accounts: {
        ...accounts,
        change: async (...given) => {
          if (!corrected) {
            corrected = true
            await house().correct({ accountId: id, email: 'juste@exemple.fr', network: '192.0.2.1', request: 'r' })
          }
          return accounts.change(...given)
        },
      },
    })
    await racing.runMail(job)
    expect(house().sent.map(mail => mail.to)).toEqual(['juste@exemple.fr'])
  })

  it('seals what waits: neither a number nor an address nor a link lies in the outbox', async () => {
    const person = aPerson()
    await house().ask(person)
    const dump = (await house().dump()).toString('latin1')
    expect(dump).not.toContain(person.nir)
    expect(dump).not.toContain(person.email)
  })
})
