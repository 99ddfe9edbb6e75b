import { describe, expect, it } from '@jest/globals'
import { makeConfirmEmail } from '../../src/accounts/linking/confirm-email.ts'
import { makeLinkIdentity } from '../../src/accounts/linking/link.ts'
import { makeOpenAccount } from '../../src/accounts/linking/open.ts'
import { makeUnlink } from '../../src/accounts/linking/unlink.ts'
import { makeChangeEmail } from '../../src/accounts/own/change-email.ts'
import { fictitiousNir } from '../../src/identity/fictitious-nir.ts'
import type { Stores } from '../../src/stores/contracts.ts'
import { anId } from '../builders/records.ts'
import { atEveryCrash, type Crash, dyingAt } from './failing.ts'
import { arrivalAs, ISSUER } from './federated.ts'
import { eachHouse } from './house.ts'
import { casesIn } from './two-of-them.ts'

const house = eachHouse()

/** The acts on identities over these stores, which may be seen by a process that dies. */
const over = (stores: Stores) => {
  const settle = { isConsistent: async () => true, settle: async () => undefined }
  const needs = { ...casesIn(house).over(stores).needs, settle }
  return {
    open: makeOpenAccount(needs),
    link: makeLinkIdentity(needs),
    ...makeUnlink(needs),
    confirmEmail: makeConfirmEmail(needs),
    ...makeChangeEmail(needs),
  }
}
type Acts = ReturnType<typeof over>

let numbers = 500
/** Somebody without an account yet. */
const aRequest = () => {
  const accountId = anId()
  const nir = fictitiousNir(numbers++)
  return {
    accountId,
    arrival: arrivalAs(accountId, 'Vrai-Fictif', house().clock.now()),
    person: { nir, email: `${accountId}@exemple.fr`, telephones: {} },
    language: 'fr',
    terms: { version: '1', hash: 'h' },
    devices: [],
    request: 'request-1',
  } as const
}
/** Somebody with an account that they opened so, whose mails have left. */
const opened = async () => {
  const request = aRequest()
  await over(house().stores).open(request)
  const mails = await house().deliver()
  return {
    ...request,
    token: house()
      .tokenOf(mails.find(({ subject }) => subject === 'confirmEmail'))
      .slice('jeton='.length),
  }
}
const confirmed = async () => {
  const one = await opened()
  await over(house().stores).confirmEmail(one.token, 'request-2')
  return one
}
/** A member to whose account an identity is linked, with the token that undoes it. */
const linked = async () => {
  const member = await house().aMember()
  const arrival = arrivalAs(anId(), 'Ournara', house().clock.now())
  await over(house().stores).link({ accountId: member.id, arrival, request: 'request-1' })
  const mail = (await house().deliver()).find(({ subject }) => subject === 'identityLinked')
  const { undoLink } = JSON.parse(mail?.text ?? '{}') as { readonly undoLink: string }
  return { member, arrival, token: undoLink.slice(undoLink.indexOf('jeton=') + 'jeton='.length) }
}
const opensBy = async (sub: string) =>
  (await house().stores.accounts.findByIdentity(house().lookup.identity(ISSUER, sub)))?.id
const subjects = async () => (await house().deliver()).map(({ subject }) => subject)

/** A process that dies at that call, doing this; then another one, doing it again. */
const twice = async <T>(crash: Crash, act: (acts: Acts) => Promise<T>) => {
  const { stores, died } = dyingAt(house().stores, crash)
  await act(over(stores)).catch(() => undefined)
  return { died, again: await act(over(house().stores)) }
}

describe('a process that dies half-way, an upstream having vouched for somebody', () => {
  it('through a sign-up: the retry finds or makes the one account, and its mail leaves once', async () => {
    const deaths = await atEveryCrash(async crash => {
      const request = aRequest()
      const { died, again } = await twice(crash, acts => acts.open(request))
      expect(again).toMatchObject({ kind: 'signedIn', accountId: request.accountId })
      expect(await opensBy(request.arrival.sub)).toBe(request.accountId)
      expect((await house().holderOf(request.person.nir.number))?.id).toBe(request.accountId)
      expect(await subjects()).toEqual(['confirmEmail'])
      return { died }
    })
    expect(deaths).toBeGreaterThanOrEqual(2)
  })

  it('through a link: the identity opens the account, once, and its person is told', async () => {
    const deaths = await atEveryCrash(async crash => {
      const member = await house().aMember()
      const arrival = arrivalAs(anId(), 'Ournara', house().clock.now())
      const { died, again } = await twice(crash, acts =>
        acts.link({ accountId: member.id, arrival, request: 'request-1' }),
      )
      expect(again.kind).toBe('linked')
      expect(await opensBy(arrival.sub)).toBe(member.id)
      expect((await house().account(member.id)).identityKeys).toHaveLength(house().lookup.identity(ISSUER, 'x').length)
      expect(await subjects()).toContain('identityLinked')
      return { died }
    })
    expect(deaths).toBeGreaterThanOrEqual(4)
  })

  it.each(['unlink', 'undo'] as const)(
    'through « %s »: it opens the account no more, and its person is told',
    async how => {
      const deaths = await atEveryCrash(async crash => {
        const { member, arrival, token } = await linked()
        const { died, again } = await twice<{ readonly kind: string }>(crash, acts =>
          how === 'unlink' ? acts.unlink(member.id, 'franceconnect', 'request-2') : acts.undo(token, 'request-2'),
        )
        expect(['unlinked', 'none', 'used']).toContain(again.kind)
        expect(await opensBy(arrival.sub)).toBeUndefined()
        expect(await subjects()).toEqual(['identityUnlinked'])
        return { died }
      })
      expect(deaths).toBeGreaterThanOrEqual(4)
    },
  )

  it('through a confirmed address and a change of it: done at the retry, each told once', async () => {
    await atEveryCrash(async crash => {
      const { accountId, token } = await opened()
      const { died } = await twice(crash, acts => acts.confirmEmail(token, 'request-2'))
      expect((await house().account(accountId)).emailVerifiedAt).toBeDefined()
      return { died }
    })
    await atEveryCrash(async crash => {
      const { accountId } = await confirmed()
      const email = `autre-${accountId}@exemple.fr`
      const { died, again } = await twice(crash, acts => acts.changeEmail({ accountId, email, request: 'request-2' }))
      expect(['changed', 'same']).toContain(again.kind)
      expect((await subjects()).sort()).toEqual(['confirmEmail', 'emailChanging'])
      return { died }
    })
  })
})
