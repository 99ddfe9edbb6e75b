import { describe, expect, it } from '@jest/globals'
import type { Flight } from '../../../src/federation/federation.ts'
import { makeFlights } from '../../../src/web/federation/flights.ts'
import { eachHouse } from '../../accounts/house.ts'

const house = eachHouse()
const flights = () => makeFlights({ records: house().stores.records, clock: () => house().clock.now() })

describe('a person on their way to an upstream', () => {
  it('is known by the state for half an hour, and no longer', async () => {
    const flight = { state: 'state-1' } as Flight
    await flights().begin('request-1', flight)
    house().pass(29 * 60)
    expect(await flights().find('state-1')).toMatchObject({ uid: 'request-1' })
    house().pass(2 * 60)
    expect(await flights().find('state-1')).toBeUndefined()
  })
})
