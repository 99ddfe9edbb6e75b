/** Races of processes for identities of upstream providers, and for numbers that accounts are opened with. */
import { expect, it } from '@jest/globals'
import { aNirKey, aPendingAccount } from '../builders/records.ts'
import { anOpenAccount } from '../contract/open-account.ts'
import type { LastingStores } from '../contract/set-up.ts'
import { type Racers, tally } from './race.ts'

/** One value under both keys of a ring. */
const raced = (value: string) => [aNirKey(value, 'l1'), aNirKey(value, 'l2')]

type Racing = { readonly stores: LastingStores; readonly racers: Racers }

/** Four processes, which make five tries each. */
export const identityRaces = (racing: () => Racing): void => {
  /** Of those that each second try is of: what stands before the race. */
  const each = <T>(make: (id: string) => Promise<T>): Promise<readonly T[]> =>
    Promise.all([0, 1, 2, 3].flatMap(racer => [0, 2, 4].map(i => make(`${racer}-${i}`))))

  it('open one account by an identity that is tried twenty times, and one with a number', async () => {
    const { stores, racers } = racing()
    expect(tally(await racers.race('openIdentity', 5))).toEqual({ opened: 1, identityHeld: 19 })
    expect((await stores.accounts.findByIdentity(raced('identity')))?.id).toMatch(/^by-identity/)
    expect(tally(await racers.race('openNumber', 5))).toEqual({ opened: 1, numberHeld: 19 })
    expect((await stores.accounts.findHolder(raced('opened')))?.id).toMatch(/^with-number/)
  }, 60_000)

  it('open one account of one id that is tried twenty times: the others find it there', async () => {
    const { stores, racers } = racing()
    expect(tally(await racers.race('openOne', 5))).toEqual({ opened: 1, exists: 19 })
    expect((await stores.accounts.findHolder(raced('one')))?.id).toBe('one')
    expect((await stores.accounts.findByIdentity(raced('of-one')))?.id).toBe('one')
  }, 60_000)

  it('link an identity to one account or open one by it, never two', async () => {
    const { stores, racers } = racing()
    await each(id => stores.accounts.open(anOpenAccount({ id: `stands-${id}` }), {}))
    const { linked = 0, opened = 0, held, identityHeld } = tally(await racers.race('linkOrOpen', 5))
    expect([linked + opened, held, identityHeld]).toEqual([1, 12 - linked, 8 - opened])
    const holder = await stores.accounts.findByIdentity(raced('linked'))
    expect(holder?.id).toMatch(linked === 1 ? /^stands/ : /^not-linked/)
  }, 60_000)

  it('activate one account with a number or open one with it, never two', async () => {
    const { stores, racers } = racing()
    const nirKeys = raced('claimed')
    await each(id => stores.accounts.create(aPendingAccount({ id: `claims-${id}`, nirKeys }), {}))
    const { activated = 0, opened = 0, held, numberHeld } = tally(await racers.race('activateOrOpen', 5))
    expect([activated + opened, held, numberHeld]).toEqual([1, 12 - activated, 8 - opened])
    const holder = await stores.accounts.findHolder(nirKeys)
    expect(holder?.identityKeys).toHaveLength(opened)
  }, 60_000)
}
