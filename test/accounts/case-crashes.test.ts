import { describe, expect, it } from '@jest/globals'
import { makeAgentTools } from '../../src/accounts/agents.ts'
import { caseOfClaimant } from '../../src/accounts/cases/reference.ts'
import { makeAudit } from '../../src/audit/log.ts'
import type { CaseVerdict } from '../../src/stores/contracts-cases.ts'
import { anId } from '../builders/records.ts'
import { atEveryCrash, type Crash, dyingAt } from './failing.ts'
import { arrivalAs, ISSUER } from './federated.ts'
import { eachHouse } from './house.ts'
import { casesIn, DAY } from './two-of-them.ts'

const house = eachHouse()

const { over, twoOfThem, recordOf } = casesIn(house)

const dying = (crash: Crash) => {
  const { stores, died } = dyingAt(house().stores, crash)
  return { acts: over(stores), died }
}

const eventsOf = async (id: string, name: 'case.opened' | 'case.closed') =>
  (await house().events(name)).filter(({ details }) => 'case' in details && details.case === id)
/** To whom mails of a case left, in order of address. */
const told = async () => (await house().deliver()).filter(({ subject }) => subject === 'case').map(({ to }) => to)

describe('a decision whose moment has come', () => {
  it('is carried out, or undone, or settled by its holder: whichever the store had first, and never half', async () => {
    const { holder, accountId, request, id } = await twoOfThem()
    const acts = over(house().stores)
    await acts.openCase(request)
    await acts.decide({ id, actor: 'agent-1', reason: 'ticket 1' }, 'closeBoth')
    house().pass(15 * DAY)
    const { cases } = house().stores
    // whoever undoes reads the case before it takes effect, and writes after
    const read = await recordOf(id)
    await acts.advanceDue(100)
    expect(await cases.change({ ...read, status: 'open' }, read.version, {})).toBe('conflict')
    const account = await house().account(holder.id)
    await acts.settle.settle(account, request.arrival, 'request-2')
    expect((await recordOf(id)).closed?.as).toBe('closeBoth')
    await expectEnd('closeBoth', { holder, accountId })
  })

  it.each([
    { verdict: 'samePerson', as: 'numberTaken', numbers: 0 },
    // the number is free by then, and goes where two agents said
    { verdict: 'numberMoves', as: 'numberMoves', numbers: 1 },
  ] as const)(
    'finds what another case has changed: after « closeBoth », « $verdict » ends as « $as »',
    async ({ verdict, as, numbers }) => {
      const { holder, request, id } = await twoOfThem()
      const accountId = anId()
      const arrival = arrivalAs(accountId, 'Autre-Fictif', house().clock.now())
      const acts = over(house().stores)
      await acts.openCase(request)
      await acts.openCase({ ...request, accountId, arrival })
      const second = caseOfClaimant(accountId)
      expect((await house().account(holder.id)).cases).toEqual([id, second])
      await acts.decide({ id, actor: 'agent-1', reason: 'ticket 1' }, 'closeBoth')
      house().pass(DAY)
      await acts.decide({ id: second, actor: 'agent-1', reason: 'ticket 2' }, verdict)
      if (verdict === 'numberMoves') await acts.confirm({ id: second, actor: 'agent-2', reason: 'ticket 2' })
      house().pass(15 * DAY)
      await acts.advanceDue(100)

      expect((await recordOf(id)).closed?.as).toBe('closeBoth')
      const claimant = await house().account(accountId)
      const opens = await house().stores.accounts.findByIdentity(house().lookup.identity(ISSUER, accountId))
      expect([claimant.status, claimant.cases, opens?.id]).toEqual(['active', undefined, accountId])
      expect((await recordOf(second)).closed?.as).toBe(as)
      expect(claimant.nirKeys).toHaveLength(numbers)
    },
  )

  it('is left to whoever undid it a moment before', async () => {
    const { holder, request, id } = await twoOfThem()
    const acts = over(house().stores)
    await acts.openCase(request)
    await acts.decide({ id, actor: 'agent-1', reason: 'ticket 1' }, 'closeBoth')
    house().pass(15 * DAY)
    const { cases } = house().stores
    const undoneMeanwhile = {
      ...cases,
      change: async (...given: Parameters<typeof cases.change>) => {
        const { decision: _, nextAt: __, ...rest } = await recordOf(id)
        await cases.change({ ...rest, status: 'open' }, rest.version, {})
        return cases.change(...given)
      },
    }
    await over({ ...house().stores, cases: undoneMeanwhile }).advanceDue(100)
    expect((await recordOf(id)).status).toBe('open')
    expect((await house().account(holder.id)).status).toBe('active')
  })
})

describe('an agent who closes the account that holds a number', () => {
  it('is told of the case that was opened in between, and nothing is closed', async () => {
    const { holder, request, id } = await twoOfThem()
    const { accounts, audit: store } = house().stores
    const now = () => house().clock.now()
    const agents = makeAgentTools({
      accounts,
      lookup: house().lookup,
      audit: makeAudit({ store, clock: now }),
      clock: now,
      // looked at by then, and not closed yet
      endAccount: async () => void (await over(house().stores).openCase(request)),
    })
    const asked = { nir: holder.nir, actor: 'agent-1', reason: 'ticket 1' }
    expect(await agents.releaseNumber(asked)).toEqual({ kind: 'frozen' })
    expect(await house().account(holder.id)).toMatchObject({ status: 'active', cases: [id] })
  })
})

describe('a process that dies half-way through a case', () => {
  it('while it is opened: the retry opens it, each is told, and the holder is frozen, once', async () => {
    const deaths = await atEveryCrash(async crash => {
      const { holder, accountId, request, id } = await twoOfThem()
      await house().deliver()
      const { acts, died } = dying(crash)
      await acts.openCase(request).catch(() => undefined)
      expect(await over(house().stores).openCase(request)).toMatchObject({ kind: 'signedIn', caseId: id })
      expect((await recordOf(id)).status).toBe('open')
      expect((await house().account(holder.id)).cases).toEqual([id])
      expect((await house().account(accountId)).nirKeys).toEqual([])
      expect(await eventsOf(id, 'case.opened')).toHaveLength(1)
      expect((await told()).sort()).toEqual([holder.email, request.person.email].sort())
      return { died }
    })
    expect(deaths).toBeGreaterThanOrEqual(10)
  })

  it('while it is opened, for good: the next minute finishes what has an account, and forgets what has none', async () => {
    await atEveryCrash(async crash => {
      const { holder, accountId, request, id } = await twoOfThem()
      const { acts, died } = dying(crash)
      await acts.openCase(request).catch(() => undefined)
      const begun = await house().stores.cases.find(id)
      const account = await house().stores.accounts.find(accountId)
      house().pass(3601)
      await over(house().stores).advanceDue(100)
      await over(house().stores).advanceDue(100)
      const cases = (await house().account(holder.id)).cases
      expect(cases).toEqual(account ? [id] : undefined)
      if (begun && !account) expect((await recordOf(id)).closed?.as).toBe('abandoned')
      if (account) expect((await recordOf(id)).status).toBe('open')
      return { died }
    })
  })

  it.each(['samePerson', 'numberMoves', 'keep', 'closeBoth'] as const)(
    'while « %s » is carried out: the next minute goes on to the same end',
    async verdict => {
      const deaths = await atEveryCrash(async crash => {
        const { holder, accountId, request, id } = await twoOfThem()
        const acts = over(house().stores)
        await acts.openCase(request)
        await acts.decide({ id, actor: 'agent-1', reason: 'ticket 1' }, verdict)
        if (verdict === 'numberMoves') await acts.confirm({ id, actor: 'agent-2', reason: 'ticket 1' })
        await house().deliver()
        house().pass(15 * DAY)
        const { acts: mortal, died } = dying(crash)
        await mortal.advanceDue(100).catch(() => undefined)
        for (let minutes = 0; minutes < 3; minutes += 1) await acts.advanceDue(100)

        const record = await recordOf(id)
        expect([record.status, record.closed?.as, record.nextAt]).toEqual(['closed', verdict, undefined])
        await expectEnd(verdict, { holder, accountId })
        expect(await eventsOf(id, 'case.closed')).toHaveLength(1)
        expect((await told()).sort()).toEqual([holder.email, request.person.email].sort())
        return { died }
      })
      expect(deaths).toBeGreaterThanOrEqual(8)
    },
  )
})

const expectEnd = async (
  verdict: CaseVerdict,
  { holder, accountId }: Pick<Awaited<ReturnType<typeof twoOfThem>>, 'holder' | 'accountId'>,
): Promise<void> => {
  const [former, claimant] = [await house().account(holder.id), await house().account(accountId)]
  const held = (await house().holderOf(holder.nir))?.id
  const opened = (await house().stores.accounts.findByIdentity(house().lookup.identity(ISSUER, accountId)))?.id
  expect([former.cases, claimant.cases]).toEqual([undefined, undefined])
  switch (verdict) {
    case 'samePerson':
      expect([former.status, former.passwordHash, claimant.status]).toEqual(['active', undefined, 'closed'])
      return expect([held, opened]).toEqual([holder.id, holder.id])
    case 'numberMoves':
      expect([former.status, claimant.status, former.passwordHash === undefined]).toEqual(['active', 'active', false])
      return expect([held, opened]).toEqual([accountId, accountId])
    case 'keep':
      return expect([held, opened, claimant.nirKeys]).toEqual([holder.id, accountId, []])
    case 'closeBoth':
      return expect([former.status, claimant.status, held, opened]).toEqual(['closed', 'closed', undefined, undefined])
  }
}
