import type { Audit } from '../../audit/log.ts'
import type { FederatedIdentity, PersonalData } from '../../identity/person.ts'
import type { Outbox } from '../../mail/outbox.ts'
import type { Envelope, Lookup } from '../../protection/vault.ts'
import type { AccountChange, AccountId, AccountRecord, AccountStore } from '../../stores/contracts.ts'
import { untilSettled } from '../attempts.ts'
import { isFrozen } from '../frozen.ts'
import { findLink, linkState } from '../links.ts'
import type { Clock } from '../needs.ts'
import { openPerson } from '../person.ts'

export type UnlinkOutcome =
  | { readonly kind: 'unlinked' }
  /** It is the only way into the account: a password is set first. */
  | { readonly kind: 'lastWayIn' }
  /** The account has no such identity. */
  | { readonly kind: 'none' }
  /** An agent is to decide about the account. */
  | { readonly kind: 'frozen' }

export type UndoOutcome = UnlinkOutcome | { readonly kind: 'expired' | 'used' | 'voided' | 'unknown' }

export type UnlinkNeeds = {
  readonly accounts: Pick<AccountStore, 'find' | 'unlink'>
  readonly envelope: Envelope
  readonly lookup: Lookup
  readonly outbox: Outbox
  readonly audit: Audit
  readonly clock: Clock
  /** Ends sessions, grants and tokens, services told. What it misses is refused anyway: `validAfter` decides. */
  readonly endAccount: (accountId: AccountId, by: 'person') => Promise<void>
}

type Which = (identities: readonly FederatedIdentity[]) => readonly FederatedIdentity[]
type Act = { readonly by: 'person' | 'undo'; readonly change: AccountChange; readonly request: string }

const isSame = (a: FederatedIdentity) => (b: FederatedIdentity) => a.issuer === b.issuer && a.sub === b.sub

/** The one linked last: the mail that undoes is of that one, a newer mail takes its place. */
const latest: Which = identities =>
  identities.toSorted((a, b) => Date.parse(b.linkedAt) - Date.parse(a.linkedAt)).slice(0, 1)

/** Takes identities of one upstream from the account that they open, never the last way in; told by mail. */
export const makeUnlink = (needs: UnlinkNeeds) => {
  const { accounts, envelope, lookup, outbox, audit, clock, endAccount } = needs

  const unlink = async (account: AccountRecord, which: Which, act: Act): Promise<UnlinkOutcome | 'again'> => {
    const person = await openPerson(envelope, account)
    const identities = person.identities ?? []
    const taken = which(identities)
    const upstream = taken[0]?.upstream
    if (upstream === undefined) return { kind: 'none' }
    if (isFrozen(account)) return { kind: 'frozen' }
    const left = identities.filter(other => !taken.some(isSame(other)))
    if (!account.passwordHash && left.length === 0) return { kind: 'lastWayIn' }

    const { verified, ...rest } = person
    // whoever undoes a link says that the civil status that came by it is not theirs
    const data: PersonalData =
      act.by === 'undo' ? { ...rest, nirLevel: 'declared', identities: left } : { ...person, identities: left }
    const unlinked = await accounts.unlink(
      account.id,
      account.version,
      taken.flatMap(({ issuer, sub }) => lookup.identity(issuer, sub)),
      { ...act.change, sealed: await envelope.seal(account.id, data) },
      {
        events: [audit.event('identity.unlinked', { account: account.id, upstream, by: act.by }, act.request)],
        jobs: [outbox.mail('identityUnlinked', { accountId: account.id, upstream, at: clock().toISOString() })],
      },
    )
    if (unlinked === 'conflict') return 'again'
    return unlinked === 'gone' ? { kind: 'none' } : { kind: 'unlinked' }
  }

  const undo = async (token: string, request: string): Promise<UndoOutcome | 'again'> => {
    const found = await findLink(accounts, 'undo', token)
    if (!found) return { kind: 'unknown' }
    const { account, link } = found
    const now = clock()
    const state = linkState('undo', account, link, now)
    if (state !== 'open') return { kind: state }
    const change = { validAfter: now, undoLink: { ...link, usedAt: now } }
    const outcome = await unlink(account, latest, { by: 'undo', change, request })
    if (outcome !== 'again' && outcome.kind === 'unlinked') await endAccount(account.id, 'person')
    return outcome
  }

  return {
    /** By the person, signed in: of that upstream. */
    unlink: (accountId: AccountId, upstream: string, request: string): Promise<UnlinkOutcome> =>
      untilSettled(async () => {
        const account = await accounts.find(accountId)
        if (!account) return { kind: 'none' }
        // a former sub of the same person too: none of them opens it any more
        const which: Which = identities => identities.filter(identity => identity.upstream === upstream)
        return unlink(account, which, { by: 'person', change: {}, request })
      }),
    /** By the link that was mailed when it was linked: its sessions end with it. */
    undo: (token: string, request: string): Promise<UndoOutcome> => untilSettled(() => undo(token, request)),
  }
}
