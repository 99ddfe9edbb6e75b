/** What a support agent may do, from the command line: by number, with a reason, audited; nothing personal comes back. */
import type { Audit } from '../audit/log.ts'
import type { Lookup } from '../protection/vault.ts'
import type { AccountChange, AccountId, AccountRecord, AccountStatus, AccountStore } from '../stores/contracts.ts'
import { untilSettled } from './attempts.ts'
import { isFrozen } from './frozen.ts'
import type { Clock } from './needs.ts'

export type AgentRequest = {
  /** 13 characters, parsed. */
  readonly nir: string
  readonly actor: string
  readonly reason: string
}

export type AccountShown = {
  readonly id: AccountId
  readonly status: AccountStatus
  readonly createdAt: Date
  readonly activatedAt: Date | undefined
  readonly emailVerifiedAt: Date | undefined
  readonly passwordChangedAt: Date | undefined
}

export type Shown = {
  readonly kind: 'shown'
  readonly holder: AccountShown | undefined
  /** Accounts that claim the number and were never activated, newest first. */
  readonly claims: readonly AccountShown[]
}

export type AgentOutcome<Done extends string> =
  | { readonly kind: Done; readonly accountId: AccountId }
  | { readonly kind: 'noHolder' }

export type AgentNeeds = {
  readonly accounts: Pick<AccountStore, 'findHolder' | 'findClaims' | 'change' | 'releaseNumber'>
  readonly lookup: Lookup
  readonly audit: Audit
  readonly clock: Clock
  /** Ends sessions, grants and tokens, services told. */
  readonly endAccount: (accountId: AccountId, by: 'agent') => Promise<void>
}

const shown = (account: AccountRecord): AccountShown => ({
  id: account.id,
  status: account.status,
  createdAt: account.createdAt,
  activatedAt: account.activatedAt,
  emailVerifiedAt: account.emailVerifiedAt,
  passwordChangedAt: account.passwordChangedAt,
})

type ChangeEvent = 'account.suspended' | 'account.resumed' | 'account.sessionsEnded'

export const makeAgentTools = ({ accounts, lookup, audit, clock, endAccount }: AgentNeeds) => {
  const changeHolder = async <Done extends string>(
    { nir, actor, reason }: AgentRequest,
    event: ChangeEvent,
    done: Done,
    change: () => AccountChange,
  ): Promise<AgentOutcome<Done>> =>
    untilSettled(async () => {
      const account = await accounts.findHolder(lookup.nir(nir))
      if (!account) return { kind: 'noHolder' }
      const changed = await accounts.change(account.id, account.version, change(), {
        events: [audit.event(event, { account: account.id, actor, reason })],
      })
      if (changed === 'conflict') return 'again'
      return changed === 'changed' ? { kind: done, accountId: account.id } : { kind: 'noHolder' }
    })

  const ending = async <Done extends string>(outcome: AgentOutcome<Done>): Promise<AgentOutcome<Done>> => {
    if ('accountId' in outcome) await endAccount(outcome.accountId, 'agent')
    return outcome
  }

  return {
    /** Who holds the number and who claims it, as ids, statuses and dates. */
    async show({ nir, actor, reason }: AgentRequest): Promise<Shown> {
      const nirKeys = lookup.nir(nir)
      const holder = await accounts.findHolder(nirKeys)
      const claims = await accounts.findClaims(nirKeys)
      const looked = [...(holder ? [holder] : []), ...claims].map(account => account.id)
      for (const account of looked.length > 0 ? looked : ['none']) {
        await audit.record('account.shown', { account, actor, reason })
      }
      return { kind: 'shown', holder: holder && shown(holder), claims: claims.map(shown) }
    },

    /** Nobody signs in to it any more, and what is open ends. */
    suspend: async (request: AgentRequest): Promise<AgentOutcome<'suspended'>> =>
      ending(
        await changeHolder(request, 'account.suspended', 'suspended', () => ({
          status: 'suspended',
          validAfter: clock(),
        })),
      ),

    resume: (request: AgentRequest): Promise<AgentOutcome<'resumed'>> =>
      changeHolder(request, 'account.resumed', 'resumed', () => ({ status: 'active' })),

    endSessions: async (request: AgentRequest): Promise<AgentOutcome<'ended'>> =>
      ending(await changeHolder(request, 'account.sessionsEnded', 'ended', () => ({ validAfter: clock() }))),

    /** Takes the number back and closes the account: somebody else may then activate with it. 'frozen': its case decides. */
    releaseNumber({
      nir,
      actor,
      reason,
    }: AgentRequest): Promise<AgentOutcome<'released'> | { readonly kind: 'frozen' }> {
      return untilSettled(async () => {
        const holder = await accounts.findHolder(lookup.nir(nir))
        if (!holder) return { kind: 'noHolder' }
        if (isFrozen(holder)) return { kind: 'frozen' }
        // before too: once the number is free nobody finds the account by it, to end what a process that died left open
        await endAccount(holder.id, 'agent')
        const event = audit.event('account.numberReleased', { account: holder.id, actor, reason })
        const released = await accounts.releaseNumber(holder.id, clock(), { events: [event] }, holder.version)
        if (released === 'conflict') return 'again'
        return released === 'gone' ? { kind: 'noHolder' } : ending({ kind: 'released', accountId: holder.id })
      })
    },
  }
}

export type AgentTools = ReturnType<typeof makeAgentTools>
