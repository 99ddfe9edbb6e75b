import { describe, expect, it } from '@jest/globals'
import { makeLinkIdentity } from '../../src/accounts/linking/link.ts'
import { makeUnlink } from '../../src/accounts/linking/unlink.ts'
import { anId } from '../builders/records.ts'
import { arrivalAs, ISSUER } from './federated.ts'
import { eachHouse } from './house.ts'
import { casesIn } from './two-of-them.ts'

const house = eachHouse()
const { over } = casesIn(house)
const acts = () => {
  const { needs } = over(house().stores)
  const settle = { isConsistent: async () => true, settle: async () => undefined }
  return { link: makeLinkIdentity({ ...needs, settle }), ...makeUnlink(needs) }
}
const opensBy = async (sub: string) =>
  (await house().stores.accounts.findByIdentity(house().lookup.identity(ISSUER, sub)))?.id

describe('an account that one upstream opens under two subs, the former and the one of now', () => {
  it('is opened by neither once its person has unlinked that upstream', async () => {
    const member = await house().aMember()
    const subs = [anId(), anId()]
    for (const sub of subs) {
      const arrival = arrivalAs(sub, 'Ournara', house().clock.now())
      const linked = await acts().link({ accountId: member.id, arrival, request: 'request-1' })
      expect(linked.kind).toBe('linked')
    }
    expect((await acts().unlink(member.id, 'franceconnect', 'request-2')).kind).toBe('unlinked')
    expect(await Promise.all(subs.map(opensBy))).toEqual([undefined, undefined])
    expect((await house().account(member.id)).identityKeys).toEqual([])
  })
})
