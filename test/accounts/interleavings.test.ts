import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { aPerson, type House, openHouse } from './house.ts'

/** Two numbers, three people who want them, in any order of acts, some at once; and what must hold after each. */
const PEOPLE = 3
const act = fc.record({
  what: fc.constantFrom(
    'signUp',
    'mails',
    'activate',
    'activate',
    'steal',
    'resend',
    'correct',
    'disown',
    'release',
    'pass',
  ),
  who: fc.nat(PEOPLE - 1),
  withPassword: fc.boolean(),
  alongside: fc.boolean(),
} as const)
type Act = typeof act extends fc.Arbitrary<infer Value> ? Value : never

type Claim = { readonly id: string; readonly password: string; email: string }

const play = async (house: House, acts: readonly Act[]) => {
  const numbers = [aPerson().nir, aPerson().nir]
  const claims: Claim[][] = Array.from({ length: PEOPLE }, () => [])
  const proven = new Set<string>()
  const inbox = (email: string) =>
    house.sent.filter(mail => mail.to === email && mail.subject === 'activation').map(house.tokenOf)
  const last = (who: number) => claims[who]?.at(-1)

  const steps = {
    signUp: async (who: number) => {
      const person = aPerson({ nir: numbers[who % 2] ?? '', password: `Mot-de-passe-${who}` })
      const id = await house.signUp(person)
      claims[who]?.push({ id, password: person.password, email: person.email })
    },
    mails: async () => {
      await house.deliver()
    },
    activate: async (who: number, withPassword: boolean) => {
      const mine = last(who)
      const token = mine && inbox(mine.email).at(-1)
      if (!mine || !token) return
      const outcome = await house.activate(token, withPassword ? { password: mine.password } : { browser: mine.id })
      if (outcome.kind === 'activated') proven.add(mine.id)
    },
    /** Everybody else's link in one's own browser, with one's own password. */
    steal: async (who: number, withPassword: boolean) => {
      const mine = last(who)
      for (const [other, theirs] of claims.entries()) {
        const token = inbox(theirs.at(-1)?.email ?? '').at(-1)
        if (!mine || !token || other === who) continue
        const outcome = await house.activate(token, withPassword ? { password: mine.password } : { browser: mine.id })
        expect(['activated', 'alreadyActive', 'cannotFinish']).not.toContain(outcome.kind)
      }
    },
    resend: async (who: number) => {
      const mine = last(who)
      if (mine) await house.resend({ accountId: mine.id, network: '192.0.2.1' })
    },
    correct: async (who: number) => {
      const mine = last(who)
      if (!mine || proven.has(mine.id)) return
      const email = aPerson().email
      await house.correct({ accountId: mine.id, email, network: '192.0.2.1', request: 'r' })
      mine.email = email
    },
    disown: async (who: number) => {
      const token = inbox(last(who)?.email ?? '').at(-1)
      if (token) await house.disown({ token, request: 'r' })
    },
    release: async (who: number) => {
      await house.agents.releaseNumber({ nir: numbers[who % 2] ?? '', actor: 'a', reason: 'r' })
    },
    pass: async () => house.pass(3600),
  }

  const holds = async () => {
    for (const nir of numbers) {
      const all = await Promise.all(claims.flat().map(({ id }) => house.stores.accounts.find(id)))
      const keys = JSON.stringify(house.lookup.nir(nir))
      const active = all.filter(one => one?.status === 'active' && JSON.stringify(one.nirKeys) === keys)
      const holder = await house.holderOf(nir)
      expect(active.map(one => one?.id)).toEqual(holder ? [holder.id] : [])
      if (holder) expect(proven).toContain(holder.id)
    }
  }

  let running: Promise<void>[] = []
  for (const { what, who, withPassword, alongside } of acts) {
    running.push(steps[what](who, withPassword))
    if (alongside) continue
    await Promise.all(running)
    running = []
    await holds()
  }
  await Promise.all(running)
  await holds()
}

describe('whatever people do, in whatever order', () => {
  it('a number has one holder at most, who had both the mailbox and the proof', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(act, { minLength: 4, maxLength: 30 }), async acts => {
        const house = await openHouse()
        try {
          await play(house, acts)
        } finally {
          await house.close()
        }
      }),
      { numRuns: process.env.PROVE === '1' ? 400 : 25 },
    )
  }, 120_000)
})
