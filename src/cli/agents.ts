/** The support agent's tools over the stores, services being told of the sessions that they end. */
import { type AgentTools, makeAgentTools } from '../accounts/agents.ts'
import { makeClients } from '../oidc/clients/clients.ts'
import { makeBackchannel } from '../oidc/ending/backchannel.ts'
import { makeEnding } from '../oidc/ending/sessions.ts'
import { defaultLifetimes } from '../oidc/needs.ts'
import { makeLookup } from '../protection/lookup.ts'
import type { Opened } from './compose.ts'

/** Logouts are only queued here: a running server delivers them, or the next one that starts. */
const noProvider = (): never => {
  throw new Error('the command line delivers no logout')
}

export const openAgentTools = ({ stores, audit, vault, clock, configuration }: Opened): AgentTools => {
  const { config, keys } = configuration
  const lifetimes = { ...defaultLifetimes, logoutDelivery: config.lifetime.logoutDelivery }
  const clients = makeClients({ stores, issuer: config.issuer, name: config.name, clock })
  const backchannel = makeBackchannel({ stores, vault, clock, audit, lifetimes, provider: noProvider })
  const ending = makeEnding({ stores, audit, clock, clients, backchannel })
  return makeAgentTools({
    accounts: stores.accounts,
    lookup: makeLookup({ ring: keys.lookup, index: keys.index }),
    audit,
    clock,
    endAccount: ending.endAccount,
  })
}
