/** The support agent's tools over the stores, services being told of the sessions that they end. */
import { type AgentTools, makeAgentTools } from '../accounts/agents.ts'
import { type Cases, makeCases } from '../accounts/cases/cases.ts'
import { makeCrossCheck } from '../identity/cross-check.ts'
import { makeOutbox } from '../mail/outbox.ts'
import { makeClients } from '../oidc/clients/clients.ts'
import { makeBackchannel } from '../oidc/ending/backchannel.ts'
import { makeEnding } from '../oidc/ending/sessions.ts'
import { defaultLifetimes } from '../oidc/needs.ts'
import { makeEnvelope } from '../protection/envelope.ts'
import { makeLookup } from '../protection/lookup.ts'
import { loadBirthPlaces } from '../web/federation/birthplaces-file.ts'
import type { Opened } from './compose.ts'

/** Logouts are only queued here: a running server delivers them, or the next one that starts. */
const noProvider = (): never => {
  throw new Error('the command line delivers no logout')
}

const openEnding = ({ stores, audit, vault, clock, configuration }: Opened) => {
  const { config } = configuration
  const lifetimes = { ...defaultLifetimes, logoutDelivery: config.lifetime.logoutDelivery }
  const clients = makeClients({ stores, issuer: config.issuer, name: config.name, clock })
  const backchannel = makeBackchannel({ stores, vault, clock, audit, lifetimes, provider: noProvider })
  return makeEnding({ stores, audit, clock, clients, backchannel })
}

const lookupOf = ({ configuration: { keys } }: Opened) => makeLookup({ ring: keys.lookup, index: keys.index })

export const openAgentTools = (opened: Opened): AgentTools => {
  const { stores, audit, clock } = opened
  return makeAgentTools({
    accounts: stores.accounts,
    lookup: lookupOf(opened),
    audit,
    clock,
    endAccount: openEnding(opened).endAccount,
  })
}

/** Decisions are carried out by a running server, or by the next one that starts. */
export const openCases = async (opened: Opened): Promise<Cases> => {
  const { stores, audit, vault, clock, configuration } = opened
  const { config, keys } = configuration
  return makeCases({
    accounts: stores.accounts,
    cases: stores.cases,
    crossCheck: makeCrossCheck({ births: await loadBirthPlaces() }),
    envelope: makeEnvelope(keys.personal),
    lookup: lookupOf(opened),
    outbox: makeOutbox({ vault, clock, spreadSeconds: config.mail.spread }),
    audit,
    clock,
    endAccount: openEnding(opened).endAccount,
    answerSeconds: config.cases.answer,
    contestSeconds: config.cases.contest,
    failed: (_id, fault) => {
      throw fault
    },
  })
}
