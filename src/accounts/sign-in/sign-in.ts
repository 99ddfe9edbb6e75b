import type { Audit } from '../../audit/log.ts'
import type { Outbox } from '../../mail/outbox.ts'
import type { Busy, Passwords, Place } from '../../protection/passwords.ts'
import type { AccountChange, AccountId, AccountRecord, AccountStore } from '../../stores/contracts.ts'
import { untilSettled } from '../attempts.ts'
import type { Throttled } from '../needs.ts'
import { type Device, deviceOf, rememberDevice } from './devices.ts'
import { makeTurns, type TurnNeeds } from './turn.ts'

export type SignInRequest = {
  /** 13 characters, parsed. */
  readonly nir: string
  readonly password: string
  readonly network: string
  /** The browser's sealed list, opened; empty without a cookie. */
  readonly devices: readonly Device[]
  readonly challengePassed: boolean
  /** Uses the control's pass up, worth one try; nothing when none was asked for. */
  readonly spendPass?: (() => Promise<boolean>) | undefined
  readonly serviceId?: string | undefined
  readonly request: string
}

export type SignInOutcome =
  | {
      readonly kind: 'signedIn'
      readonly accountId: AccountId
      readonly amr: readonly ['pwd']
      /** When the account was read, before the password was checked: a change made meanwhile is later, and ends this session. */
      readonly at: Date
      readonly newDevice: boolean
      /** To seal in the browser's cookie. */
      readonly devices: readonly Device[]
    }
  | { readonly kind: 'refused' }
  /** The control against robots comes first: this try was not made. */
  | { readonly kind: 'challenge' }
  /** The pass was used by another try: this one was not made. */
  | { readonly kind: 'passUsed' }
  | { readonly kind: 'suspended' }
  | Throttled
  | Busy

export type SignInNeeds = TurnNeeds & {
  readonly accounts: Pick<AccountStore, 'findHolder' | 'find' | 'change'>
  readonly passwords: Pick<Passwords, 'admit' | 'hash'>
  readonly outbox: Outbox
  readonly audit: Audit
}

/**
 * Number and password. Exactly one argon2 verification a try, the same time and the same answer for every refusal; pending
 * accounts are never tried. Whether there is a place comes first: who is turned away has used up neither a try nor a pass.
 */
export const makeSignIn = (needs: SignInNeeds) => {
  const { accounts, lookup, passwords, outbox, audit, clock } = needs
  const takeTurn = makeTurns(needs)

  /** Writes the sign-in, provided that what was verified still stands. */
  const settle = (
    verified: AccountRecord,
    rehashed: string | undefined,
    { newDevice, serviceId, request }: { newDevice: boolean; serviceId?: string | undefined; request: string },
  ): Promise<'signedIn' | 'refused'> =>
    untilSettled(async () => {
      const account = await accounts.find(verified.id)
      if (account?.status !== 'active' || account.passwordHash !== verified.passwordHash) return 'refused'
      const id = account.id
      const service = serviceId ? { service: serviceId } : {}
      const change: AccountChange = rehashed ? { passwordHash: rehashed } : {}
      const changed = await accounts.change(id, account.version, change, {
        events: [
          ...(rehashed ? [audit.event('password.rehashed', { account: id }, request)] : []),
          audit.event('signIn.succeeded', { account: id, ...service, newDevice }, request),
        ],
        jobs: newDevice ? [outbox.mail('newDevice', { accountId: id, at: clock().toISOString() })] : [],
      })
      if (changed === 'conflict') return 'again'
      return changed === 'changed' ? 'signedIn' : 'refused'
    })

  const rehash = async (password: string): Promise<string | undefined> => {
    const hashed = await passwords.hash(password)
    return hashed.kind === 'hashed' ? hashed.hash : undefined // busy: another time
  }

  const tryIn = async (tried: SignInRequest, place: Place): Promise<SignInOutcome> => {
    const { nir, password, devices, serviceId, request } = tried
    // a pass is worth one try, however many are sent at once
    if (tried.spendPass && !(await tried.spendPass())) return { kind: 'passUsed' }
    const at = clock()
    const account = await accounts.findHolder(lookup.nir(nir))
    const turn = await takeTurn({ ...tried, holder: account?.id })
    if (turn.kind === 'challenge') return turn
    if (turn.kind === 'throttled') {
      await audit.record('signIn.refused', { ...(account ? { account: account.id } : {}), reason: turn.by }, request)
      return { kind: 'throttled', until: turn.until }
    }

    const checked = await place.verify(account?.passwordHash, password)
    if (!account?.passwordHash || !checked.right) {
      const known = account ? { account: account.id, reason: 'password' as const } : { reason: 'unknown' as const }
      await audit.record('signIn.refused', known, request)
      return { kind: 'refused' }
    }
    if (account.status === 'suspended') {
      await audit.record('signIn.refused', { account: account.id, reason: 'suspended' }, request)
      return { kind: 'suspended' }
    }

    const newDevice = deviceOf(devices, account.id) === undefined
    const rehashed = checked.stale ? await rehash(password) : undefined
    const settled = await settle(account, rehashed, { newDevice, serviceId, request })
    if (settled === 'refused') return { kind: 'refused' }
    await turn.forget()
    return {
      kind: 'signedIn',
      accountId: account.id,
      amr: ['pwd'],
      at,
      newDevice,
      devices: rememberDevice(devices, account.id),
    }
  }

  return (tried: SignInRequest): Promise<SignInOutcome> => passwords.admit(place => tryIn(tried, place))
}
