import { normaliseEmail } from '../../identity/email.ts'
import { limits } from '../../protection/limits.ts'
import type { Envelope } from '../../protection/vault.ts'
import type { AccountId, AccountStore, ThrottleStore } from '../../stores/contracts.ts'
import { untilSettled } from '../attempts.ts'
import { type FoundLink, findLink, linkState } from '../links.ts'
import { openNumbered } from '../person.ts'
import { makeProve, type Proof, type ProofFailed, type ProofNeeds } from './proof.ts'

export type ActivationRequest = {
  readonly token: string
  readonly proof: Proof
  readonly network: string
  readonly request: string
}

type Done = {
  readonly accountId: AccountId
  /** Proved by the cookie of the browser that signed up: that browser alone may be signed in by it. */
  readonly sameBrowser: boolean
  readonly cameFrom: string | undefined
}

export type ActivationOutcome =
  | ({ readonly kind: 'activated' } & Done)
  /** The same person again, a moment later: double click, back button. */
  | ({ readonly kind: 'alreadyActive' } & Done)
  /** Mailbox and password are right, the number cannot be given. Why is not said; `reference` is what the contact is told. */
  | { readonly kind: 'cannotFinish'; readonly reference: string }
  | { readonly kind: 'expired' }
  | { readonly kind: 'used' }
  | ProofFailed

export type ActivateNeeds = ProofNeeds & {
  readonly accounts: Pick<AccountStore, 'find' | 'findHolder' | 'change' | 'activate'>
  readonly throttles: Pick<ThrottleStore, 'distinct' | 'count'>
  readonly envelope: Envelope
}

/** How long a used link still answers its own person « already done »; it is worth nothing afterwards. */
const REPEATED_MS = 15 * 60_000

type Stopped = 'held' | 'tooManyNumbers'

/**
 * Makes a pending account the holder of its number. The link proves the mailbox, the browser's cookie or the password that
 * whoever activates is who filled in the form: one without the other opens nothing.
 */
export const makeActivate = (needs: ActivateNeeds) => {
  const { accounts, throttles, envelope, lookup, audit, clock } = needs
  const prove = makeProve(needs)

  const done = ({ account }: FoundLink, proof: Proof): Done => ({
    accountId: account.id,
    sameBrowser: proof.kind === 'browser',
    cameFrom: account.cameFrom,
  })

  const repeated = ({ account, link }: FoundLink): boolean =>
    account.status === 'active' &&
    link.usedAt !== undefined &&
    account.passwordChangedAt === undefined &&
    clock().getTime() - link.usedAt.getTime() < REPEATED_MS

  /** The mailbox is proven even so: the page says it, and the link stays good in case the number is given back. */
  const stop = async (
    { account, link }: FoundLink,
    reason: Stopped,
    request: string,
  ): Promise<ActivationOutcome | 'again'> => {
    const changed = await accounts.change(
      account.id,
      account.version,
      { emailVerifiedAt: clock(), activation: { ...link, wrongPasswords: 0 } },
      { events: [audit.event('activation.refused', { account: account.id, reason }, request)] },
    )
    return changed === 'conflict' ? 'again' : { kind: 'cannotFinish', reference: request }
  }

  /** Takes as long as finding that a number is held, by a key that is no number's: the time of a refusal does not say why. */
  const lookAsIf = async (id: AccountId, standIn: string): Promise<void> => {
    await accounts.find(id)
    await accounts.findHolder(lookup.nir(standIn))
  }

  const claim = async (token: string, proof: Proof, request: string): Promise<ActivationOutcome | 'again'> => {
    const found = await findLink(accounts, 'activation', token)
    if (!found) return { kind: 'unknown' }
    const { account, link } = found
    if (account.status !== 'pending')
      return repeated(found) ? { kind: 'alreadyActive', ...done(found, proof) } : { kind: 'used' }

    const now = clock()
    const { nir, email } = await openNumbered(envelope, account)
    const mailbox = lookup.throttleKey('email', normaliseEmail(email))
    const number = lookup.throttleKey('nir', nir.number)
    const turn = await throttles.distinct('numbersOfMailbox', mailbox, number, limits.numbersOfMailbox.policy, now)
    if (!turn.granted) {
      await lookAsIf(account.id, mailbox) // the number is not even looked up
      return stop(found, 'tooManyNumbers', request)
    }

    const activated = await accounts.activate(
      account.id,
      account.version,
      lookup.nir(nir.number),
      { emailVerifiedAt: now, activatedAt: now, activation: { ...link, wrongPasswords: 0, usedAt: now } },
      { events: [audit.event('activation.done', { account: account.id, proof: proof.kind }, request)] },
    )
    switch (activated) {
      case 'activated':
        return { kind: 'activated', ...done(found, proof) }
      case 'held':
        return stop(found, 'held', request)
      case 'gone':
        return { kind: 'unknown' }
      case 'alreadyActive':
      case 'conflict':
        return 'again'
    }
  }

  return async ({ token, proof, network, request }: ActivationRequest): Promise<ActivationOutcome> => {
    const found = await findLink(accounts, 'activation', token)
    if (!found) return { kind: 'unknown' }
    const state = linkState('activation', found.account, found.link, clock())
    if (state === 'expired' || state === 'voided') return { kind: state }
    if (state === 'used' && !repeated(found)) return { kind: 'used' }

    const proven = await prove(found.account.id, proof, { token, network, request })
    if (proven.kind !== 'proven') return proven
    return untilSettled(() => claim(token, proof, request))
  }
}
