/** Accounts as the provider asks for them: those that may be used, with what a service may read. */
import type { Account, FindAccount } from 'oidc-provider'
import type { PersonalData } from '../../identity/person.ts'
import type { AccountRecord } from '../../stores/contracts.ts'
import type { OidcNeeds } from '../needs.ts'
import { translatingAway } from '../storage/away.ts'
import { claimsOf } from './claims.ts'
import { claimsCarriedBy, PIVOT_SCOPE } from './scopes.ts'

/** Active, and not emptied of its sessions since `since` (seconds, as the protocol counts). */
export const isUsable = (account: AccountRecord, since: number | undefined): boolean =>
  account.status === 'active' && (since === undefined || since >= Math.floor(account.validAfter.getTime() / 1000))

export type Accounts = {
  readonly findAccount: FindAccount
  /** The account, when it may be used by what was given to it at `since`. */
  usable(id: string, since: number | undefined): Promise<AccountRecord | undefined>
  /** The record behind an account that `findAccount` gave. */
  recordOf(account: Account): AccountRecord | undefined
}

export const makeAccounts = ({ stores, envelope }: Pick<OidcNeeds, 'stores' | 'envelope'>): Accounts => {
  const records = new WeakMap<Account, AccountRecord>()

  const usable: Accounts['usable'] = async (id, since) => {
    const account = await translatingAway(() => stores.accounts.find(id))
    return account && isUsable(account, since) ? account : undefined
  }

  /** In the ID token are only the claims asked for by name; userinfo has those of the scopes besides. */
  const namesFor = (
    use: string,
    scopes: readonly string[],
    mask: { readonly [name: string]: unknown },
  ): readonly string[] => {
    const carried = [...claimsCarriedBy(scopes)]
    return use === 'userinfo' ? carried : carried.filter(name => Object.hasOwn(mask, name))
  }

  return {
    usable,
    recordOf: account => records.get(account),

    async findAccount(ctx, id, token) {
      const record = await usable(id, token?.iat ?? ctx.oidc.session?.loginTs)
      if (!record) return undefined
      const account: Account = {
        accountId: id,
        async claims(use, scope, mask) {
          // What an administrator took back from the service is no longer given, whatever its tokens were granted.
          const registered = new Set(ctx.oidc.client?.scope?.split(' '))
          const granted = scope.split(' ').filter(name => registered.has(name))
          if (namesFor(use, granted, mask).length === 0) return { sub: id }
          const person = (await envelope.open(id, record.sealed)) as PersonalData
          // a service that asks for the « identité pivot » takes it for verified
          const names = namesFor(use, person.verified ? granted : granted.filter(name => name !== PIVOT_SCOPE), mask)
          const known = claimsOf(person, record)
          return {
            ...Object.fromEntries(names.filter(name => name in known).map(name => [name, known[name]])),
            sub: id,
          }
        },
      }
      records.set(account, record)
      return account
    },
  }
}
