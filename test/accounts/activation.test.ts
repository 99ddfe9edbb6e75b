import { describe, expect, it } from '@jest/globals'
import { aPerson, eachHouse, fullHouse } from './house.ts'

describe('activation', () => {
  const house = eachHouse()

  const pending = async (given = {}, more = {}) => {
    const person = aPerson(given)
    const id = await house().signUp(person, more)
    const token = house().tokenOf((await house().deliver()).find(mail => mail.to === person.email))
    return { ...person, id, token }
  }

  it('activates with the link in the browser that signed up, without a hash, and leads back to the service', async () => {
    const person = await pending({}, { serviceId: 'service-1' })
    const { verify } = house().calls
    const outcome = await house().activate(person.token, { browser: person.id })
    expect(outcome).toEqual({ kind: 'activated', accountId: person.id, sameBrowser: true, cameFrom: 'service-1' })
    expect(house().calls.verify).toBe(verify)
    expect(await house().account(person.id)).toMatchObject({ status: 'active', emailVerifiedAt: house().clock.now() })
    expect((await house().holderOf(person.nir))?.id).toBe(person.id)
  })

  it('activates elsewhere with the password, with exactly one hash', async () => {
    const person = await pending()
    const outcome = await house().activate(person.token, { password: person.password })
    expect(outcome).toMatchObject({ kind: 'activated', sameBrowser: false })
    expect(house().calls.verify).toBe(1)
  })

  it('asks for the password in a browser that signed up for another account', async () => {
    const person = await pending()
    const attacker = await pending()
    expect(await house().activate(attacker.token, { browser: person.id })).toEqual({ kind: 'passwordNeeded' })
    expect(await house().holderOf(attacker.nir)).toBeUndefined()
  })

  it('is the same done twice by the same person, and is over a quarter of an hour later', async () => {
    const person = await pending()
    await house().activate(person.token, { browser: person.id })
    const again = { kind: 'alreadyActive', accountId: person.id }
    expect(await house().activate(person.token, { browser: person.id })).toMatchObject({ ...again, sameBrowser: true })
    expect(await house().activate(person.token, { password: person.password })).toMatchObject({
      ...again,
      sameBrowser: false,
    })
    expect(await house().activate(person.token, { password: 'Autre-chose-9' })).toEqual({ kind: 'wrongPassword' })
    expect(await house().activate(person.token, { browser: 'AAAAAAAAAAAAAAAAAAAAAA' })).toEqual({
      kind: 'passwordNeeded',
    })
    house().pass(16 * 60)
    expect(await house().activate(person.token, { browser: person.id })).toEqual({ kind: 'used' })
    expect(await house().readLink('activation', person.token)).toEqual({ kind: 'used' })
  })

  it('voids the link at the fifth wrong password, for whoever comes next; another one may be asked for', async () => {
    const person = await pending()
    const outcomes: string[] = []
    for (let i = 0; i < 6; i += 1)
      outcomes.push((await house().activate(person.token, { password: 'Pas-la-bonne-9' })).kind)
    expect(outcomes).toEqual([...Array(4).fill('wrongPassword'), 'voided', 'voided'])
    expect(house().calls.verify).toBe(5)
    expect(await house().activate(person.token, { password: person.password })).toEqual({ kind: 'voided' })
    expect(await house().activate(person.token, { browser: person.id })).toEqual({ kind: 'voided' })
    expect(await house().readLink('activation', person.token)).toEqual({ kind: 'voided' })

    house().pass(60)
    await house().renewLink('activation', person.token)
    const fresh = house().tokenOf((await house().deliver())[0])
    expect(await house().activate(fresh, { password: person.password })).toMatchObject({ kind: 'activated' })
  })

  it('hashes five wrong passwords at most, however many are tried at once', async () => {
    const person = await pending()
    const tries = Array.from({ length: 8 }, () => house().activate(person.token, { password: 'Pas-la-bonne-9' }))
    // somebody too slow among so many may be told to come back
    const settled = await Promise.allSettled(tries)
    expect(settled.filter(one => one.status === 'fulfilled' && one.value.kind === 'activated')).toEqual([])
    expect(house().calls.verify).toBeLessThanOrEqual(5)
    expect((await house().account(person.id)).activation?.wrongPasswords).toBeLessThanOrEqual(5)
  })

  it('does not count a try that the queue had no room for', async () => {
    const person = await pending()
    const busy = house().casesOver(house().stores, fullHouse)
    for (let i = 0; i < 7; i += 1) {
      const outcome = await house().activate(person.token, { password: person.password }, busy)
      expect(outcome).toEqual({ kind: 'busy', retryAfterSeconds: 3 })
    }
    expect(await house().activate(person.token, { password: person.password })).toMatchObject({ kind: 'activated' })
  })

  it('offers a new link for one that has expired, and activates with it', async () => {
    const person = await pending()
    house().pass(86_401)
    expect(await house().activate(person.token, { browser: person.id })).toEqual({ kind: 'expired' })
    expect(await house().readLink('activation', person.token)).toEqual({ kind: 'expired' })
    expect(await house().renewLink('activation', person.token)).toEqual({ kind: 'done' })
    const fresh = house().tokenOf((await house().deliver())[0])
    expect(await house().activate(fresh, { browser: person.id })).toMatchObject({ kind: 'activated' })
  })

  it('knows no link that was cut, changed, or made for something else', async () => {
    const person = await pending()
    const flipped = `${person.token.slice(0, -1)}${person.token.endsWith('A') ? 'B' : 'A'}`
    for (const token of ['', 'x', person.token.slice(0, -1), flipped, `${person.token}A`]) {
      expect(await house().activate(token, { browser: person.id })).toEqual({ kind: 'unknown' })
      // whole, and of this account: it cannot be told from a link that a newer one replaced
      const kind = token === flipped ? 'replaced' : 'unknown'
      expect(await house().readLink('activation', token)).toEqual({ kind })
      expect(await house().renewLink('activation', token)).toEqual({ kind: 'done' })
    }
    expect(await house().readLink('recovery', person.token)).toEqual({ kind: 'unknown' })
    expect(await house().deliver()).toEqual([])
  })

  it('gives a number to the first of two who claim it, and tells the other nothing about the first', async () => {
    const first = await pending()
    const second = await pending({ nir: first.nir })
    await house().activate(first.token, { browser: first.id })
    const outcome = await house().activate(second.token, { browser: second.id })
    expect(outcome).toEqual({ kind: 'cannotFinish', reference: 'request-2' })
    expect((await house().account(second.id)).status).toBe('pending')
    expect((await house().holderOf(first.nir))?.id).toBe(first.id)
  })

  it('never makes two holders, whoever is the fastest', async () => {
    const first = aPerson()
    const claims: Awaited<ReturnType<typeof pending>>[] = []
    for (let i = 0; i < 6; i += 1) claims.push(await pending({ nir: first.nir }))
    const outcomes = await Promise.all(claims.map(claim => house().activate(claim.token, { browser: claim.id })))
    expect(outcomes.map(outcome => outcome.kind).sort()).toEqual(['activated', ...Array(5).fill('cannotFinish')])
  })

  it('counts one activation for a double click', async () => {
    const person = await pending()
    const outcomes = await Promise.all(
      Array.from({ length: 4 }, () => house().activate(person.token, { browser: person.id })),
    )
    const kinds = outcomes.map(outcome => outcome.kind)
    expect(kinds.filter(kind => kind === 'activated')).toHaveLength(1)
    expect(kinds.filter(kind => kind === 'alreadyActive')).toHaveLength(3)
    expect(await house().events('activation.done')).toHaveLength(1)
  })

  it('lets a mailbox claim three numbers in thirty days; beyond, the number is not even looked up', async () => {
    const { email } = aPerson()
    for (let i = 0; i < 3; i += 1) {
      const person = await pending({ email })
      expect(await house().activate(person.token, { browser: person.id })).toMatchObject({ kind: 'activated' })
    }
    house().pass(86_401)
    const fourth = await pending({ email })
    const looked: string[] = []
    const { accounts } = house().stores
    const watched = house().casesOver({
      ...house().stores,
      accounts: {
        ...accounts,
        activate: (...given) => {
          looked.push(...given[2].map(({ value }) => value))
          return accounts.activate(...given)
        },
        findHolder: keys => {
          looked.push(...keys.map(({ value }) => value))
          return accounts.findHolder(keys)
        },
      },
    })
    const outcome = await house().activate(fourth.token, { browser: fourth.id }, watched)
    expect(outcome).toEqual({ kind: 'cannotFinish', reference: 'request-2' })
    for (const { value } of house().lookup.nir(fourth.nir)) expect(looked).not.toContain(value)
    // something else was, for as long: the time does not say why
    expect(looked).toHaveLength(house().lookup.nir(fourth.nir).length)
    expect(await house().holderOf(fourth.nir)).toBeUndefined()
    expect(await house().events('activation.refused')).toMatchObject([{ details: { reason: 'tooManyNumbers' } }])

    house().pass(30 * 86_400 + 1)
    const later = await pending({ email })
    expect(await house().activate(later.token, { browser: later.id })).toMatchObject({ kind: 'activated' })
  })

  it('succeeds with the same link once a support agent has taken the number back', async () => {
    const member = await house().aMember()
    const person = aPerson({ nir: member.nir })
    const id = await house().signUp(person)
    const token = house().tokenOf((await house().deliver())[0])
    expect((await house().activate(token, { browser: id })).kind).toBe('cannotFinish')
    await house().agents.releaseNumber({ nir: member.nir, actor: 'agent-1', reason: 'wrong person' })
    expect((await house().activate(token, { browser: id })).kind).toBe('activated')
  })
})

describe('« Je n’ai rien demandé »', () => {
  const house = eachHouse()

  it('erases that pending account and nothing else, even by an expired link, as often as it is clicked', async () => {
    const person = aPerson()
    const id = await house().signUp(person)
    const other = await house().signUp(aPerson({ nir: person.nir }))
    const mails = await house().deliver()
    const token = house().tokenOf(mails.find(mail => mail.to === person.email))
    house().pass(86_401)
    expect(await house().disown({ token, request: 'r' })).toEqual({ kind: 'erased' })
    expect(await house().disown({ token, request: 'r' })).toEqual({ kind: 'erased' })
    expect(await house().stores.accounts.find(id)).toBeUndefined()
    expect((await house().account(other)).status).toBe('pending')
    expect(await house().activate(token, { browser: id })).toEqual({ kind: 'unknown' })
    expect(await house().events('activation.disowned')).toHaveLength(1)
  })

  it('says the same to a second click whose first one erases the account meanwhile, whenever that is', async () => {
    for (const finds of [0, 1, 2]) {
      const { stores, casesOver } = house()
      await house().signUp(aPerson())
      const token = house().tokenOf((await house().deliver())[0])
      let left = finds
      const find = async (id: string) => {
        const account = await stores.accounts.find(id)
        left -= 1
        if (left === 0) expect(await house().disown({ token, request: 'first' })).toEqual({ kind: 'erased' })
        return account
      }
      if (finds === 0) await house().disown({ token, request: 'first' })
      const second = casesOver({ ...stores, accounts: { ...stores.accounts, find } })
      expect(await second.disown({ token, request: 'second' })).toEqual({ kind: 'erased' })
    }
  })

  it('has the address mailed again, once a day, when strangers have used up its mails', async () => {
    const { email } = aPerson()
    let next = 0
    const signUps = async (count: number) => {
      for (let i = 0; i < count; i += 1) {
        next += 1
        await house().signUp(aPerson({ email }), { network: `198.51.100.${next}` })
      }
      return house().deliver()
    }
    const [first, second] = await signUps(6)
    expect(await signUps(1)).toEqual([])
    expect(await house().disown({ token: house().tokenOf(first), request: 'r' })).toEqual({ kind: 'erased' })
    expect(await signUps(6)).toHaveLength(4)
    expect(await house().disown({ token: house().tokenOf(second), request: 'r' })).toEqual({ kind: 'erased' })
    expect(await signUps(1)).toEqual([])
  })

  it('never touches an active account, nor one whose link is another', async () => {
    const person = aPerson()
    const id = await house().signUp(person)
    const token = house().tokenOf((await house().deliver())[0])
    const forged = `${token.slice(0, -4)}AAAA`
    expect(await house().disown({ token: forged, request: 'r' })).toEqual({ kind: 'unknown' })
    await house().activate(token, { browser: id })
    expect(await house().disown({ token, request: 'r' })).toEqual({ kind: 'used' })
    expect((await house().account(id)).status).toBe('active')
  })
})
