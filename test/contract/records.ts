import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { anId, later, noon } from '../builders/records.ts'
import { type ExpiringStores, eachOpened, type OpenStores } from './set-up.ts'

export const recordStoreContract = (open: OpenStores<ExpiringStores>): void => {
  const opened = eachOpened(open, { beforeEach, afterEach })
  const records = () => opened().stores.records

  describe('records that expire', () => {
    it('come back until they expire', async () => {
      await records().put('form', 'id', { typed: ['é', 1, null] }, later(60))
      expect(await records().get('form', 'id')).toEqual({ typed: ['é', 1, null] })
      opened().clock.set(later(60))
      expect(await records().get('form', 'id')).toBeUndefined()
      expect(await records().take('form', 'id')).toBeUndefined()
    })

    it('are of one kind, replaced by a later one, removed when told', async () => {
      await records().put('a', 'id', 1, later(60))
      expect(await records().get('b', 'id')).toBeUndefined()
      await records().put('a', 'id', 2, later(60))
      expect(await records().get('a', 'id')).toBe(2)
      await records().remove('a', 'id')
      expect(await records().get('a', 'id')).toBeUndefined()
    })

    it('are put once when they must be new, and again once expired', async () => {
      expect(await records().putNew('a', 'id', 1, later(60))).toBe('put')
      expect(await records().putNew('a', 'id', 2, later(60))).toBe('taken')
      expect(await records().get('a', 'id')).toBe(1)
      opened().clock.set(later(60))
      expect(await records().putNew('a', 'id', 3, later(120))).toBe('put')
      expect(await records().get('a', 'id')).toBe(3)
    })

    it('are taken by one of several at once', async () => {
      const other = await opened().another()
      await records().put('a', 'id', 'value', later(60))
      const taken = await Promise.all(
        Array.from({ length: 10 }, (_, i) => (i % 2 ? records() : other.records).take('a', 'id')),
      )
      expect(taken.filter(value => value !== undefined)).toEqual(['value'])
    })

    it('show neither id nor value to whoever reads the bytes', async () => {
      const [id, value] = [anId(), anId()]
      await records().put('a', id, { value }, later(60))
      const bytes = await opened().dump()
      expect(bytes.includes(id)).toBe(false)
      expect(bytes.includes(value)).toBe(false)
    })

    it('are purged when expired, by bounded numbers', async () => {
      for (let i = 0; i < 5; i += 1) await records().put('a', String(i), i, later(i))
      const { purgeExpired } = opened().stores
      expect(await purgeExpired(later(3), 2)).toBe(2)
      expect(await purgeExpired(later(3), 100)).toBe(2)
      opened().clock.set(noon)
      expect(await records().get('a', '4')).toBe(4)
      expect(await purgeExpired(later(3), 100)).toBe(0)
    })

    it('can be written when the store says that it is ready', async () => {
      await expect(opened().stores.ready()).resolves.toBeUndefined()
    })
  })
}
