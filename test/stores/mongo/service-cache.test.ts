import { describe, expect, it } from '@jest/globals'
import { makeServiceCache } from '../../../src/stores/mongo/services/cache.ts'
import { documentOf, type ServiceDocument } from '../../../src/stores/mongo/services/documents.ts'
import { aService, later, noon } from '../../builders/records.ts'

const aCache = () => {
  const service = aService()
  let now = noon
  let reads = 0
  let stands: ServiceDocument | undefined = documentOf(service, 'first')
  let reading = async () => stands
  const cache = makeServiceCache(
    () => {
      reads += 1
      return reading()
    },
    () => now,
  )
  return {
    cache,
    service,
    find: () => cache.find(service.id),
    at: (seconds: number) => (now = later(seconds)),
    stand: (document: ServiceDocument | undefined) => (stands = document),
    read: (how: () => Promise<ServiceDocument | undefined>) => (reading = how),
    reads: () => reads,
  }
}

describe('a service answered from memory', () => {
  it('is read once, however many ask for it at once and soon after', async () => {
    const { find, service, reads, at } = aCache()
    const found = await Promise.all([find(), find(), find()])
    for (const each of found) expect(each).toEqual(service)
    at(7)
    expect(await find()).toBe(found[0])
    expect(reads()).toBe(1)
  })

  it("shows another process's change within ten seconds, and stays the same object without one", async () => {
    const { find, service, stand, at, reads } = aCache()
    const first = await find()
    at(9)
    expect(await find()).toBe(first)
    expect(reads()).toBe(2)
    stand(documentOf({ ...service, version: 2, status: 'disabled' }, 'first'))
    at(18)
    expect(await find()).toMatchObject({ version: 2, status: 'disabled' })
    stand(documentOf({ ...service, version: 2, sector: 'again' }, 'second'))
    at(27)
    expect(await find()).toMatchObject({ version: 2, sector: 'again' })
    stand(undefined)
    at(36)
    expect(await find()).toBeUndefined()
  })

  it("shows this process's own change at once, though an older answer comes late", async () => {
    const { cache, find, service, read } = aCache()
    const late = Promise.withResolvers<ServiceDocument>()
    read(() => late.promise)
    const before = find()
    cache.forget(service.id)
    read(async () => documentOf({ ...service, version: 2 }, 'first'))
    expect((await find())?.version).toBe(2)
    late.resolve(documentOf(service, 'first'))
    expect((await before)?.version).toBe(1)
    expect((await find())?.version).toBe(2)
  })

  it('is asked for again after a fault, and when the clock was set back', async () => {
    const { find, read, reads, service, at } = aCache()
    read(() => Promise.reject(new Error('away')))
    await expect(find()).rejects.toThrow('away')
    read(async () => documentOf(service, 'first'))
    expect(await find()).toEqual(service)
    at(-60)
    await find()
    expect(reads()).toBe(3)
  })
})
