import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { type CopyOutcome, type KindName, makeCopy } from '../../src/moving/copy.ts'
import type { LastingStore } from '../../src/stores/contracts-lasting.ts'
import { aKeyring, aLookup, anEnvelope } from '../builders/keys.ts'
import { aService, later, noon } from '../builders/records.ts'
import { describeOnMongo } from '../stores/mongo/describe.ts'
import { type Servers, startStandalone } from '../stores/mongo/servers.ts'
import { CROWD, fill, told } from './filled.ts'
import { aMongoPlace, anEmbeddedPlace, type Place } from './places.ts'

const TODAY = later(2 * 24 * 3600)

type Interruption = (what: KindName, looked: number, stop: () => void) => void

const copyBetween = async (
  from: Place,
  to: Place,
  { interrupt = () => {}, clock = () => TODAY, keys = aKeyring('p1') } = {} as {
    interrupt?: Interruption
    clock?: () => Date
    keys?: ReturnType<typeof aKeyring>
  },
): Promise<CopyOutcome> => {
  const stop = new AbortController()
  const [source, target] = [await from.open(clock), await to.open(clock)]
  try {
    const copy = makeCopy({ source, target, envelope: anEnvelope(keys), lookup: aLookup(), clock })
    return await copy({
      ...{ from: from.kind, to: to.kind, actor: 'cli', signal: stop.signal },
      waiting: () => stop.abort(),
      progress: (what, looked) => interrupt(what, looked, () => stop.abort()),
    })
  } finally {
    await source.close()
    await target.close()
  }
}

const opened = async <T>(
  place: Place,
  act: (stores: Awaited<ReturnType<Place['serve']>>) => Promise<T>,
): Promise<T> => {
  const stores = await place.serve(() => TODAY)
  try {
    return await act(stores)
  } finally {
    await stores.close()
  }
}

const COUNTS = { accounts: CROWD + 4, consents: 4, cases: 2, services: 2, jobs: 3 }
const PATIENCE = 240_000

/** Two places each time, removed after the test. */
const pairs = (between: () => readonly [aPlace: () => Promise<Place>, another: () => Promise<Place>]) => {
  const places: Place[] = []
  afterEach(async () => {
    for (const place of places.splice(0)) await place.remove()
  })
  return async (): Promise<readonly [Place, Place]> => {
    const [one, other] = between()
    const pair = [await one(), await other()] as const
    places.push(...pair)
    return pair
  }
}

const copies = (aPair: () => Promise<readonly [Place, Place]>) => {
  it(
    'brings everything that lasts: each store then says the same, and the audit verifies',
    async () => {
      const [from, to] = await aPair()
      const { accounts } = await fill(from)
      const before = await opened(from, stores => told(stores, accounts))
      const outcome = await copyBetween(from, to)
      expect(outcome).toMatchObject({
        kind: 'copied',
        counts: { accounts: CROWD + 4, consents: 4, cases: 2, services: 2, jobs: 3 },
      })
      const after = await opened(to, stores => told(stores, accounts))

      const { segments, entries, verdicts, ...others } = after
      expect({ ...before, ...others }).toEqual(before)
      expect(segments).toEqual(expect.arrayContaining(before.segments))
      expect(entries).toEqual(expect.arrayContaining(before.entries))
      expect(verdicts).toEqual(expect.arrayContaining(before.verdicts as string[]))
      const kinds = verdicts.map(verdict => JSON.parse(verdict.slice(verdict.indexOf(' '))).kind).sort()
      expect(kinds).toEqual(['intact', 'intact', 'noCheckpoint', 'purged'])
      const texts = entries.flat().map(({ text }) => JSON.parse(text))
      expect(texts.filter(({ name }) => name === 'store.copied')).toMatchObject([
        { details: { from: from.kind, to: to.kind, actor: 'cli' } },
      ])
    },
    PATIENCE,
  )

  it(
    'goes on where it was, stopped in any kind, and doubles nothing',
    async () => {
      const [from, to] = await aPair()
      const { accounts } = await fill(from)
      for (const stopIn of ['accounts', 'consents', 'cases', 'services', 'jobs', 'entries', 'segments'] as const) {
        const interrupt: Interruption = (what, _looked, stop) => what === stopIn && stop()
        expect(await copyBetween(from, to, { interrupt })).toEqual({ kind: 'stopped' })
      }
      expect(await copyBetween(from, to)).toMatchObject({ kind: 'copied', counts: COUNTS })
      const [before, after] = [await opened(from, s => told(s, accounts)), await opened(to, s => told(s, accounts))]
      expect(after.accounts).toEqual(before.accounts)
      expect(after.count).toBe(before.count)
      expect(new Set(after.verdicts)).toEqual(new Set(before.verdicts))
    },
    PATIENCE,
  )
}

const refusals = (aPair: () => Promise<readonly [Place, Place]>) => {
  it(
    'does nothing once all of it was there, whatever came to the target since',
    async () => {
      const [from, to] = await aPair()
      await fill(from)
      await copyBetween(from, to)
      await opened(to, async ({ services }) => void (await services.remove('a-second', {})))
      expect(await copyBetween(from, to)).toEqual({ kind: 'already', at: TODAY.toISOString() })
      expect(await opened(to, ({ services }) => services.find('a-second'))).toBeUndefined()
    },
    PATIENCE,
  )

  it(
    'is refused to a target that holds something else, even a copy of another store',
    async () => {
      const [from, to] = await aPair()
      const [another, third] = await aPair()
      await Promise.all([fill(from), fill(another)])
      await opened(to, async ({ services }) => void (await services.add(aService(), {})))
      expect(await copyBetween(from, to)).toEqual({ kind: 'notEmpty' })
      await copyBetween(another, third, { interrupt: (_what, _looked, stop) => stop() })
      expect(await copyBetween(from, third)).toEqual({ kind: 'notEmpty' })
    },
    PATIENCE,
  )

  it('is refused of a source that holds nothing', async () => {
    const [from, to] = await aPair()
    expect(await copyBetween(from, to)).toEqual({ kind: 'nothing' })
  })

  it.each(['source', 'target'] as const)(
    'is refused while the %s is in use, and a minute after a death',
    async side => {
      const [from, to] = await aPair()
      await fill(from)
      const used = await (side === 'source' ? from : to).serve()
      await used.occupants.stay('using', TODAY, later(60, TODAY))
      expect(await copyBetween(from, to)).toEqual({ kind: 'inUse', store: side })
      expect(await copyBetween(from, to, { clock: () => later(60, TODAY) })).toMatchObject({ kind: 'copied' })
    },
    60_000,
  )

  it(
    'gives way to another one at work, and takes over from one that was killed',
    async () => {
      const [from, to] = await aPair()
      await fill(from)
      const killed = await from.open(() => TODAY)
      await killed.occupants.stay('copying', TODAY, later(15, TODAY))
      expect(await copyBetween(from, to)).toEqual({ kind: 'anotherCopy' })
      expect(await copyBetween(from, to, { clock: () => later(15, TODAY) })).toMatchObject({ kind: 'copied' })
    },
    PATIENCE,
  )

  it(
    'tells that somebody came to use the source meanwhile, and is no copy then',
    async () => {
      const [from, to] = await aPair()
      await fill(from)
      const server = await from.serve()
      let arrived: Promise<unknown> | undefined
      const interrupt: Interruption = () => {
        arrived ??= server.occupants.stay('using', TODAY, later(60, TODAY))
      }
      expect(await copyBetween(from, to, { interrupt })).toEqual({ kind: 'inUse', store: 'source' })
      await arrived
      await server.occupants.leave()
      expect(await copyBetween(from, to)).toMatchObject({ kind: 'copied' })
    },
    PATIENCE,
  )

  it(
    'tells that what it copied does not open under the keys given',
    async () => {
      const [from, to] = await aPair()
      await fill(from)
      const outcome = await copyBetween(from, to, { keys: aKeyring('p9') })
      expect(outcome).toEqual({ kind: 'unreadable', what: 'accounts' })
    },
    PATIENCE,
  )

  it(
    'tells that the target keeps something else under a key, or something more',
    async () => {
      const [from, to] = await aPair()
      await fill(from)
      const put = async (act: (store: LastingStore) => Promise<void>) => {
        const store = await to.open()
        await act(store)
        await store.close()
      }
      const interrupt: Interruption = (_what, _looked, stop) => stop()
      expect(await copyBetween(from, to, { interrupt })).toEqual({ kind: 'stopped' })
      await put(({ kinds }) => kinds.services.put([aService({ id: 'more' })]))
      expect(await copyBetween(from, to)).toEqual({ kind: 'differs', what: 'services' })
      await put(({ kinds }) => kinds.services.put([aService({ id: 'a-second', sector: 'other.example' })]))
      expect(await copyBetween(from, to)).toEqual({ kind: 'differs', what: 'services' })
    },
    PATIENCE,
  )
}

describe('a copy from one embedded store to another', () => {
  const aPair = pairs(() => [anEmbeddedPlace, anEmbeddedPlace])
  copies(aPair)
  refusals(aPair)
})

describeOnMongo('a copy with MongoDB', () => {
  let servers: Servers
  beforeAll(async () => {
    servers = await startStandalone()
  }, 60_000)
  afterAll(() => servers.stop())
  const aDatabase = () => aMongoPlace(servers.url)

  describe('from the embedded store', () => {
    const aPair = pairs(() => [anEmbeddedPlace, aDatabase])
    copies(aPair)
    refusals(aPair)
  })

  describe('to the embedded store', () => {
    const aPair = pairs(() => [aDatabase, anEmbeddedPlace])
    copies(aPair)

    it(
      'takes with it what a process that died had only written into its act',
      async () => {
        const [from, to] = await aPair()
        const { accounts } = await fill(from)
        const died = await from.serve(
          () => TODAY,
          () => Promise.reject(new Error('killed')),
        )
        await expect(
          died.consents.withdraw(accounts[0]?.id ?? '', 'first', {
            events: [{ name: 'account.purged', details: { count: 77 }, at: noon }],
          }),
        ).rejects.toThrow('killed')
        expect(await copyBetween(from, to)).toMatchObject({ kind: 'copied', counts: { consents: 3 } })
        const { entries } = await opened(to, stores => told(stores, accounts))
        expect(entries.flat().filter(({ text }) => text.includes('77'))).toHaveLength(1)
      },
      PATIENCE,
    )
  })
})
