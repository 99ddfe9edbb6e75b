/** What a support agent does to an account, from the tests. */
import { makeAgentTools } from '../../../src/accounts/agents.ts'
import { makeAudit } from '../../../src/audit/log.ts'
import { makeLookup } from '../../../src/protection/lookup.ts'
import type { Guichet } from '../../support/guichet.ts'

const tools = ({ app, configuration, now }: Guichet) =>
  makeAgentTools({
    accounts: app.stores.accounts,
    lookup: makeLookup({ ring: configuration.keys.lookup, index: configuration.keys.index }),
    audit: makeAudit({ store: app.stores.audit, clock: now }),
    clock: now,
    endAccount: app.oidc.endAccount,
  })

const asked = { actor: 'test', reason: 'test' }

export const suspend = (guichet: Guichet, { nir }: { readonly nir: string }) =>
  tools(guichet).suspend({ nir, ...asked })

/** The account that holds a number, as ids and dates. */
export const holderOf = async (guichet: Guichet, { nir }: { readonly nir: string }) =>
  (await tools(guichet).show({ nir, ...asked })).holder

/** How many claim a number and never activated. */
export const claimsOf = async (guichet: Guichet, { nir }: { readonly nir: string }): Promise<number> =>
  (await tools(guichet).show({ nir, ...asked })).claims.length
