import type { Audit } from '../../audit/log.ts'
import type { AccountStore } from '../../stores/contracts.ts'
import { accountOfToken, findLink } from '../links.ts'

export type DisownNeeds = { readonly accounts: Pick<AccountStore, 'find' | 'erasePending'>; readonly audit: Audit }

export type DisownOutcome =
  /** Nothing of it remains: erased now, before, or purged. */
  | { readonly kind: 'erased' }
  /** The account has been activated: it is not pending any more. */
  | { readonly kind: 'used' }
  | { readonly kind: 'unknown' }

/** « Je n'ai rien demandé »: whoever owns the mailbox erases the pending account, even by a link that has expired. */
export const makeDisown =
  ({ accounts, audit }: DisownNeeds) =>
  async ({ token, request }: { readonly token: string; readonly request: string }): Promise<DisownOutcome> => {
    const id = accountOfToken(token)
    if (id === undefined) return { kind: 'unknown' }
    if (!(await accounts.find(id))) return { kind: 'erased' }
    if (!(await findLink(accounts, 'activation', token))) return { kind: 'unknown' }

    const erased = await accounts.erasePending(id, {
      events: [audit.event('activation.disowned', { account: id }, request)],
    })
    return erased === 'notPending' ? { kind: 'used' } : { kind: 'erased' }
  }
