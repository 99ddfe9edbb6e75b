import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { aConsent, later } from '../builders/records.ts'
import { eachOpened, type LastingStores, type OpenStores } from './set-up.ts'

export const consentStoreContract = (open: OpenStores<LastingStores>): void => {
  const opened = eachOpened(open, { beforeEach, afterEach })
  const consents = () => opened().stores.consents

  describe('consents', () => {
    it('are remembered for one account and one service', async () => {
      const consent = aConsent({ scopes: ['email', 'openid'], claims: ['phone_number'] })
      await consents().give(consent, {})
      expect(await consents().find(consent.accountId, consent.serviceId)).toEqual(consent)
      expect(await consents().find(consent.accountId, 'another')).toBeUndefined()
    })

    it('add up, and take the date of the last one', async () => {
      const consent = aConsent({ scopes: ['openid', 'email'], claims: ['a'] })
      await consents().give(consent, {})
      await consents().give({ ...consent, scopes: ['openid', 'phone'], claims: ['b'], givenAt: later(60) }, {})
      const found = await consents().find(consent.accountId, consent.serviceId)
      expect(new Set(found?.scopes)).toEqual(new Set(['openid', 'email', 'phone']))
      expect(new Set(found?.claims)).toEqual(new Set(['a', 'b']))
      expect(found?.givenAt).toEqual(later(60))
    })

    it('both stand when two are given at once', async () => {
      const consent = aConsent()
      const other = await opened().another()
      await Promise.all([
        consents().give({ ...consent, scopes: ['email'] }, {}),
        other.consents.give({ ...consent, scopes: ['phone'] }, {}),
      ])
      const found = await consents().find(consent.accountId, consent.serviceId)
      expect(new Set(found?.scopes)).toEqual(new Set(['email', 'phone']))
    })

    it('are gone once withdrawn', async () => {
      const consent = aConsent()
      await consents().give(consent, {})
      expect(await consents().withdraw(consent.accountId, consent.serviceId, {})).toBe('withdrawn')
      expect(await consents().withdraw(consent.accountId, consent.serviceId, {})).toBe('none')
      expect(await consents().find(consent.accountId, consent.serviceId)).toBeUndefined()
    })

    it('are brought in as they are, in the place of those that stand', async () => {
      const standing = aConsent({ scopes: ['openid', 'phone'] })
      await consents().give(standing, {})
      const brought = [{ ...standing, scopes: ['email', 'openid'], givenAt: later(60) }, aConsent({ claims: ['a'] })]
      await consents().import(brought)
      for (const consent of brought)
        expect(await consents().find(consent.accountId, consent.serviceId)).toEqual(consent)
    })

    it('are listed for an account', async () => {
      const consent = aConsent({ serviceId: 'a' })
      await consents().give(consent, {})
      await consents().give({ ...consent, serviceId: 'b' }, {})
      await consents().give(aConsent(), {})
      expect((await consents().list(consent.accountId)).map(each => each.serviceId)).toEqual(['a', 'b'])
    })
  })
}
