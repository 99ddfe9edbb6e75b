import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { aService, later, noon } from '../builders/records.ts'
import { eachOpened, type LastingStores, type OpenStores } from './set-up.ts'

export const serviceStoreContract = (open: OpenStores<LastingStores>): void => {
  const opened = eachOpened(open, { beforeEach, afterEach })
  const services = () => opened().stores.services
  /** Another process's next look, as late as the store says. */
  const findElsewhere = (other: LastingStores, id: string) => {
    opened().clock.set(later(opened().seenWithin ?? 0))
    return other.services.find(id)
  }

  describe('services', () => {
    it('come back as they were added, once', async () => {
      const service = aService({
        secrets: [
          { hash: 'new', createdAt: noon },
          { hash: 'old', createdAt: noon, expiresAt: later(9) },
        ],
      })
      expect(await services().add(service, {})).toBe('added')
      expect(await services().add(service, {})).toBe('exists')
      expect(await services().find(service.id)).toEqual(service)
      expect(await services().list()).toEqual([service])
    })

    it('are the same object while they do not change', async () => {
      const service = aService()
      await services().add(service, {})
      expect(await services().find(service.id)).toBe(await services().find(service.id))
    })

    it('are seen changed by another process at its next look', async () => {
      const service = aService()
      await services().add(service, {})
      const other = await opened().another()
      await other.services.find(service.id)
      expect(await services().change({ ...service, status: 'disabled', updatedAt: later(5) }, 1, {})).toBe('changed')
      expect(await findElsewhere(other, service.id)).toEqual({
        ...service,
        status: 'disabled',
        updatedAt: later(5),
        version: 2,
      })
    })

    it('refuse a change made on an older version', async () => {
      const service = aService()
      await services().add(service, {})
      await services().change({ ...service, sector: 'first' }, 1, {})
      expect(await services().change({ ...service, sector: 'second' }, 1, {})).toBe('conflict')
      expect((await services().find(service.id))?.sector).toBe('first')
      expect(await services().change(aService(), 1, {})).toBe('gone')
    })

    it('are another one when removed and added again', async () => {
      const service = aService()
      await services().add(service, {})
      const other = await opened().another()
      await other.services.find(service.id)
      expect(await services().remove(service.id, {})).toBe('removed')
      expect(await services().remove(service.id, {})).toBe('gone')
      expect(await services().find(service.id)).toBeUndefined()
      await services().add({ ...service, sector: 'again' }, {})
      expect((await findElsewhere(other, service.id))?.sector).toBe('again')
    })
  })
}
