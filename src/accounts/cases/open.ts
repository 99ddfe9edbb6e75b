import type { Audit } from '../../audit/log.ts'
import { normaliseEmail } from '../../identity/email.ts'
import type { PersonalData } from '../../identity/person.ts'
import { linkAsked, type Outbox } from '../../mail/outbox.ts'
import type { Envelope, Lookup } from '../../protection/vault.ts'
import type { AccountId, AccountStore } from '../../stores/contracts.ts'
import type { CaseId, CaseRecord, CaseStore } from '../../stores/contracts-cases.ts'
import { untilSettled } from '../attempts.ts'
import { federatedOf, methodsOf, verifiedOf } from '../linking/arrival.ts'
import type { Arrived } from '../linking/arrive.ts'
import type { OpenRequest } from '../linking/open.ts'
import type { TryNumber } from '../linking/try-number.ts'
import type { Clock, Throttled } from '../needs.ts'
import { rememberDevice } from '../sign-in/devices.ts'
import type { Advance } from './advance.ts'
import { caseOfClaimant } from './reference.ts'

export type OpenCaseRequest = OpenRequest & {
  readonly says: CaseRecord['claimantSays']
  /** The account whose password the person gave within this request, and which contradicted who they are. */
  readonly proven?: AccountId | undefined
}

export type OpenCaseOutcome =
  | (Arrived & { readonly caseId: CaseId })
  /** Nobody holds the number any more: an account is opened with it as any other. */
  | { readonly kind: 'free' }
  | { readonly kind: 'contradicts' }
  /** This identity opens an account by now. */
  | { readonly kind: 'identityHeld' }
  /** So many ask for this number already: a human is to be spoken to. */
  | { readonly kind: 'tooMany' }
  | Throttled

export type OpenCaseNeeds = {
  readonly accounts: Pick<AccountStore, 'find' | 'findHolder' | 'open'>
  readonly cases: Pick<CaseStore, 'add' | 'find' | 'change'>
  readonly tryNumber: TryNumber
  readonly advance: Advance
  readonly envelope: Envelope
  readonly lookup: Lookup
  readonly outbox: Outbox
  readonly audit: Audit
  readonly clock: Clock
  /** Within how long people are told that an agent decides, in seconds. */
  readonly answerSeconds: number
}

/** Open about one account at once. */
const MOST_CASES = 5

const FIRST_LOOK_MS = 60_000

/**
 * Somebody whom an upstream verified claims a number that an account holds, and cannot sign in to it: they get an account without
 * number, and an agent decides. The case is written first, then the account that names it; whatever dies in between, a retry or
 * the next minute finishes it.
 */
export const makeOpenCase = (needs: OpenCaseNeeds) => {
  const { accounts, cases, tryNumber, advance, envelope, lookup, outbox, audit, clock, answerSeconds } = needs

  /** One begun before and never brought to its accounts, by a process that died, is begun again: about the number typed now. */
  const begin = (record: CaseRecord): Promise<'begun'> =>
    untilSettled(async () => {
      if ((await cases.add(record, {})) === 'added') return 'begun'
      const found = await cases.find(record.id)
      const isLeft = found?.status === 'opening' || found?.closed?.as === 'abandoned'
      if (!found || !isLeft || (found.status === 'opening' && found.holder === record.holder)) return 'begun'
      // once the account is there its case may have been told to a holder: it is about that one
      if (await accounts.find(record.claimant)) return 'begun'
      const changed = await cases.change({ ...record, version: found.version }, found.version, {})
      return changed === 'conflict' ? 'again' : 'begun'
    })

  return async (asked: OpenCaseRequest): Promise<OpenCaseOutcome> => {
    const { accountId, arrival, person, language, terms, devices, serviceId, request, says, proven } = asked
    const tried = await tryNumber(arrival, person.nir.number, request)
    if (tried.kind === 'throttled') return tried
    const holder = await accounts.findHolder(lookup.nir(person.nir.number))
    // who gave its password knows that the account is there
    if (tried.kind === 'contradicts' && (!holder || holder.id !== proven)) return tried
    if (!holder) return { kind: 'free' }
    const id = caseOfClaimant(accountId)
    if ((holder.cases ?? []).filter(other => other !== id).length >= MOST_CASES) return { kind: 'tooMany' }

    const now = clock()
    const { upstream } = arrival
    await begin({
      id,
      version: 1,
      status: 'opening',
      claimant: accountId,
      holder: holder.id,
      claimantSays: says,
      passwordGiven: proven === holder.id,
      openedAt: now,
      dueBy: new Date(now.getTime() + answerSeconds * 1000),
      nextAt: new Date(now.getTime() + FIRST_LOOK_MS),
    })
    const { nir: _, ...known } = person
    const data: PersonalData = {
      ...known,
      birthName: arrival.identity.familyName,
      civilStatus: { level: 'verified', source: upstream, at: arrival.at.toISOString() },
      nirLevel: 'declared',
      verified: verifiedOf(arrival),
      identities: [federatedOf(arrival, now)],
    }
    const service = serviceId ? { service: serviceId } : {}
    const opened = await accounts.open(
      {
        id: accountId,
        status: 'active',
        version: 1,
        sealed: await envelope.seal(accountId, data),
        language,
        validAfter: now,
        terms: { ...terms, acceptedAt: now },
        nirKeys: [],
        emailKeys: lookup.email(normaliseEmail(person.email)),
        identityKeys: lookup.identity(arrival.issuer, arrival.sub),
        cases: [id],
        createdAt: now,
        activatedAt: now,
        ...(serviceId ? { cameFrom: serviceId } : {}),
      },
      {
        events: [
          audit.event('signUp.federated', { account: accountId, upstream, ...service }, request),
          audit.event('signIn.succeeded', { account: accountId, ...service, newDevice: true, upstream }, request),
        ],
        jobs: [outbox.mail('confirmEmail', { accountId, ...linkAsked(now, {}) })],
      },
    )
    if (opened === 'identityHeld') return { kind: 'identityHeld' }
    if (opened === 'numberHeld') throw new Error('an account without number cannot meet its holder')
    await advance(id)
    // by another form of the same person, in another tab: the account that they have claims nothing
    if (opened === 'exists' && !(await accounts.find(accountId))?.cases?.includes(id)) return { kind: 'identityHeld' }
    return {
      kind: 'signedIn',
      accountId,
      acr: arrival.acr,
      amr: methodsOf(arrival),
      at: now,
      devices: rememberDevice(devices, accountId),
      caseId: id,
    }
  }
}
