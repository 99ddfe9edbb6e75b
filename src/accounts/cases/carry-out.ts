/** A decision whose contest delay has passed. Each step looks whether it was done: a retry goes on where the former try died. */
import { normaliseEmail } from '../../identity/email.ts'
import type { PersonalData } from '../../identity/person.ts'
import type { AccountRecord, NewJob } from '../../stores/contracts.ts'
import type { CaseRecord, CaseVerdict } from '../../stores/contracts-cases.ts'
import { sharesKey, untilSettled } from '../attempts.ts'
import { openPerson } from '../person.ts'
import { type CaseNeeds, stands, withoutCase } from './needs.ts'

/** How it ends, and who is told then. */
export type CarriedOut = {
  readonly as: NonNullable<CaseRecord['closed']>['as']
  readonly jobs: readonly NewJob[]
}

export const makeCarryOut = (needs: CaseNeeds) => {
  const { accounts, telling, envelope, lookup, audit, clock, endAccount } = needs

  const closedNews = (verdict: CaseVerdict) => ({ news: 'closed', effect: verdict, at: clock().toISOString() }) as const

  /** Ends what is open, then the account, then what was opened in between. */
  const closeAccount = async (id: string, record: CaseRecord): Promise<void> => {
    await endAccount(id, 'agent')
    const event = audit.event('account.closed', { account: id, case: record.id })
    await accounts.releaseNumber(id, clock(), { events: [event] })
    await endAccount(id, 'agent')
  }

  const keysOf = ({ identities = [] }: PersonalData) =>
    identities.flatMap(({ issuer, sub }) => lookup.identity(issuer, sub))

  const opensFor = (account: AccountRecord, person: PersonalData): boolean =>
    sharesKey(account.identityKeys, keysOf(person))

  /** The identity opens the claimant's account no more: it is about to open the other one. */
  const letGo = (record: CaseRecord): Promise<'done'> =>
    untilSettled(async () => {
      const account = await accounts.find(record.claimant)
      if (!stands(account) || account.identityKeys.length === 0) return 'done'
      const unlinked = await accounts.unlink(account.id, account.version, account.identityKeys, {}, {})
      return unlinked === 'conflict' ? 'again' : 'done'
    })

  /**
   * The claimant's identity and contacts become the holder's account's; number, subjects and consents stay. What opened it before
   * opens it no more, by whatever way: password, identities, mailed links, sessions.
   */
  const handOver = (
    record: CaseRecord,
    claimant: AccountRecord,
    from: PersonalData,
  ): Promise<'done' | 'held' | 'gone'> =>
    untilSettled(async () => {
      const holder = await accounts.find(record.holder)
      if (!stands(holder)) return 'gone'
      if (!holder.cases?.includes(record.id)) return opensFor(holder, from) ? 'done' : 'held'
      const { nir } = await openPerson(envelope, holder)
      const now = clock()
      const data: PersonalData = { ...from, ...(nir && { nir }), nirLevel: 'checked' }
      const linked = await accounts.link(
        holder.id,
        holder.version,
        keysOf(from),
        {
          sealed: await envelope.seal(holder.id, data),
          emailKeys: lookup.email(normaliseEmail(from.email)),
          emailVerifiedAt: claimant.emailVerifiedAt,
          language: claimant.language,
          validAfter: now,
          passwordHash: undefined,
          passwordChangedAt: undefined,
          activation: undefined,
          recovery: undefined,
          emailLink: undefined,
          undoLink: undefined,
          moveLink: undefined,
          // other claims were on whoever had it before: its person is verified now
          cases: undefined,
        },
        {
          events: [audit.event('account.handedOver', { account: holder.id, case: record.id })],
          // at the address that it has until now
          jobs: await telling.tell(record, 'holder', holder, closedNews('samePerson')),
        },
        holder.identityKeys,
      )
      if (linked === 'conflict') return 'again'
      return linked === 'linked' ? 'done' : linked
    })

  const samePerson = async (record: CaseRecord): Promise<CarriedOut> => {
    const [claimant, holder] = await Promise.all([accounts.find(record.claimant), accounts.find(record.holder)])
    // closed by another case: there is nothing to hand over, and the claimant keeps what opens theirs
    if (!claimant || !stands(holder)) return { as: 'numberTaken', jobs: await told(record, 'keep') }
    const from = await openPerson(envelope, claimant)
    // its number has moved, or it was handed to somebody else, by another case: it is not what was decided about any more
    const stillHeld = holder.nirKeys.length > 0 && (holder.cases?.includes(record.id) || opensFor(holder, from))
    if (!stillHeld) return { as: 'numberTaken', jobs: await told(record, 'keep') }
    await letGo(record)
    const handed = await handOver(record, claimant, from)
    if (handed !== 'done') return { as: 'numberTaken', jobs: await told(record, 'keep') }
    await endAccount(record.holder, 'agent')
    await closeAccount(claimant.id, record)
    return { as: 'samePerson', jobs: await telling.tell(record, 'claimant', claimant, closedNews('samePerson')) }
  }

  const told = (record: CaseRecord, verdict: CaseVerdict) => telling.tellBoth(accounts, record, closedNews(verdict))

  /** The number is written with the claimant first: whatever dies, one of the two still knows it. */
  const noteNumber = (record: CaseRecord): Promise<'noted' | 'none'> =>
    untilSettled(async () => {
      const [claimant, holder] = await Promise.all([accounts.find(record.claimant), accounts.find(record.holder)])
      if (!stands(claimant)) return 'none'
      const person = await openPerson(envelope, claimant)
      if (person.nir) return 'noted'
      // handed to somebody verified by another case, say: it is not what was decided about any more
      if (!holder?.cases?.includes(record.id) || holder.nirKeys.length === 0) return 'none'
      const { nir } = await openPerson(envelope, holder)
      if (!nir) return 'none'
      const data: PersonalData = { ...person, nir, nirLevel: 'checked' }
      const sealed = await envelope.seal(claimant.id, data)
      const changed = await accounts.change(claimant.id, claimant.version, { sealed }, {})
      if (changed === 'conflict') return 'again'
      return changed === 'changed' ? 'noted' : 'none'
    })

  const giveUp = (record: CaseRecord): Promise<'done'> =>
    untilSettled(async () => {
      const holder = await accounts.find(record.holder)
      if (!stands(holder) || holder.nirKeys.length === 0) return 'done'
      const { nir: _, ...person } = await openPerson(envelope, holder)
      const data: PersonalData = { ...person, nirLevel: 'declared' }
      const given = await accounts.giveUpNumber(
        holder.id,
        holder.version,
        { sealed: await envelope.seal(holder.id, data), ...withoutCase(holder, record.id) },
        { events: [audit.event('account.numberMoved', { account: holder.id, case: record.id })] },
      )
      return given === 'conflict' ? 'again' : 'done'
    })

  const take = (record: CaseRecord): Promise<'done' | 'held' | 'gone'> =>
    untilSettled(async () => {
      const claimant = await accounts.find(record.claimant)
      if (!stands(claimant)) return 'gone'
      if (claimant.nirKeys.length > 0) return 'done'
      const { nir, ...person } = await openPerson(envelope, claimant)
      if (!nir) return 'gone'
      const taken = await accounts.takeNumber(
        claimant.id,
        claimant.version,
        lookup.nir(nir.number),
        withoutCase(claimant, record.id),
        {},
      )
      if (taken !== 'held') return taken === 'conflict' ? 'again' : taken === 'taken' ? 'done' : 'gone'
      // somebody signed up with it in between: nothing is left here of what is theirs
      const data: PersonalData = { ...person, nirLevel: 'declared' }
      const sealed = await envelope.seal(claimant.id, data)
      const changed = await accounts.change(claimant.id, claimant.version, { sealed }, {})
      return changed === 'conflict' ? 'again' : 'held'
    })

  const numberMoves = async (record: CaseRecord): Promise<CarriedOut> => {
    if ((await noteNumber(record)) === 'none') return { as: 'numberTaken', jobs: await told(record, 'keep') }
    await giveUp(record)
    const as = (await take(record)) === 'done' ? 'numberMoves' : 'numberTaken'
    return { as, jobs: await told(record, as === 'numberMoves' ? as : 'keep') }
  }

  return async (record: CaseRecord, verdict: CaseVerdict): Promise<CarriedOut> => {
    switch (verdict) {
      case 'samePerson':
        return samePerson(record)
      case 'numberMoves':
        return numberMoves(record)
      case 'keep':
        return { as: 'keep', jobs: await told(record, 'keep') }
      case 'closeBoth': {
        for (const id of [record.holder, record.claimant]) await closeAccount(id, record)
        return { as: 'closeBoth', jobs: await told(record, 'closeBoth') }
      }
    }
  }
}
