import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { accountOfToken, findLink, makeLink } from '../../src/accounts/links.ts'
import { aMailedLink, aPendingAccount } from '../builders/records.ts'

const bytes = (length: number) =>
  fc.uint8Array({ minLength: length, maxLength: length }).map(of => Buffer.from(of).toString('base64url'))

/** The account that such a link was mailed to, in a store of one. */
const mailed = (accountId: string, secret: string) => {
  const { token, hash } = makeLink('activation', accountId, secret)
  const account = aPendingAccount({ id: accountId, activation: aMailedLink({ hash }) })
  return { token, account, accounts: { find: async (id: string) => (id === accountId ? account : undefined) } }
}

describe('the token of a mailed link', () => {
  it('tells its account, whichever it is, and finds its link', () =>
    fc.assert(
      fc.asyncProperty(bytes(16), bytes(32), async (accountId, secret) => {
        const { token, account, accounts } = mailed(accountId, secret)
        expect(accountOfToken(token)).toBe(accountId)
        expect((await findLink(accounts, 'activation', token))?.account).toBe(account)
        expect(await findLink(accounts, 'recovery', token)).toBeUndefined()
      }),
    ))

  it('finds nothing once anything is changed in it, put in, added or cut off', () =>
    fc.assert(
      fc.asyncProperty(
        bytes(16),
        bytes(32),
        fc.nat(),
        fc.string({ minLength: 1, maxLength: 3 }),
        async (accountId, secret, place, put) => {
          const { token, accounts } = mailed(accountId, secret)
          const at = place % (token.length + 1)
          for (const other of [
            token.slice(0, at) + put + token.slice(at),
            token.slice(0, at) + put + token.slice(at + put.length),
            token.slice(0, at),
          ]) {
            if (other !== token) expect(await findLink(accounts, 'activation', other)).toBeUndefined()
          }
        },
      ),
    ))

  it('is of nobody when it is any other text', () =>
    fc.assert(
      fc.asyncProperty(bytes(16), bytes(32), fc.string({ maxLength: 300 }), async (accountId, secret, text) => {
        const { accounts } = mailed(accountId, secret)
        expect(accountOfToken(text)).toBeUndefined()
        expect(await findLink(accounts, 'activation', text)).toBeUndefined()
      }),
    ))
})
