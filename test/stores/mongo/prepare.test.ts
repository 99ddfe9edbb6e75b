import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals'
import type { AuditEvent } from '../../../src/audit/events.ts'
import type { LastingKind } from '../../../src/stores/contracts-lasting.ts'
import type { MongoStores } from '../../../src/stores/mongo/open.ts'
import { prepareMongo } from '../../../src/stores/mongo/prepare.ts'
import { aCase, aConsent, aJob, aNirKey, anId, aPendingAccount, aService, later, noon } from '../../builders/records.ts'
import { anOpenAccount } from '../../contract/open-account.ts'
import { describeOnMongo } from './describe.ts'
import { aDatabase, openMongo, prepared, withDatabase } from './open-mongo.ts'
import { indexesOf, walksOf, watchedWhile } from './plans.ts'
import { command, type Servers, startStandalone } from './servers.ts'

const anEvent = (): AuditEvent => ({ name: 'account.purged', details: { count: 1 }, at: noon })

describeOnMongo('preparing MongoDB', () => {
  let servers: Servers
  let url = ''
  beforeAll(async () => {
    servers = await startStandalone()
  }, 60_000)
  afterAll(() => servers.stop())
  beforeEach(() => {
    url = servers.url(aDatabase())
  })
  afterEach(() => withDatabase(url, db => db.dropDatabase()))

  const refusal = async (address = url): Promise<Error> => {
    try {
      await (await openMongo(address, () => noon, { patience: 1_500 })).close()
    } catch (error) {
      if (error instanceof Error) return error
      throw error
    }
    throw new Error('it opened')
  }

  it('is asked for in a sentence by a server that finds it was not done', async () => {
    const error = await refusal()
    expect(error.name).toBe('StoreUnusable')
    expect(error.message).toMatch(/was not prepared for this Guichet: run « npm run guichet -- store prepare »/)
  })

  it('says each step, may be done twice and while servers run, and loses nothing', async () => {
    const lines: string[] = []
    await prepareMongo({ url, say: line => lines.push(line) })
    expect(lines).toHaveLength(11)
    expect(lines[0]).toMatch(/^1\/10 accounts: /)
    expect(lines.at(-1)).toBe('The store is prepared.')
    const stores = await openMongo(url, () => noon)
    const account = aPendingAccount()
    await stores.accounts.create(account, {})
    await Promise.all([prepared(url), prepared(url)])
    expect(await stores.accounts.find(account.id)).toEqual(account)
    await stores.close()
  })

  it('is refused where a newer Guichet has done it, and such a store is not opened', async () => {
    await prepared(url)
    await withDatabase(url, db =>
      db.collection<{ _id: string }>('facts').updateOne({ _id: 'store.prepared' }, { $set: { value: '999' } }),
    )
    for (const act of [refusal(), prepared(url).catch((error: Error) => error)])
      expect(await act).toMatchObject({
        name: 'StoreNewer',
        message: expect.stringMatching(/newer Guichet \(form 999, this one knows \d+\): start that version again/),
      })
  })

  it('says where there is no MongoDB, without the password of the address', async () => {
    const error = await refusal('mongodb://somebody:secret@127.0.0.1:1/guichet')
    expect(error.name).toBe('StoreUnusable')
    expect(error.message).toMatch(/^MongoDB at mongodb:\/\/127\.0\.0\.1:1 does not answer: /)
    expect(`${error.message} ${error.stack}`).not.toMatch(/somebody|secret/)
  })

  it.each([
    'mongodb://127.0.0.1:99999/guichet',
    'http://somebody:secret@127.0.0.1/guichet',
    'mongodb://somebody:sec/ret@127.0.0.1/guichet',
    'mongodb://somebody:secret@127.0.0.1/guichet?w=notAnOption&tls=perhaps',
  ])('says how an address is written where it cannot read one: %s', async address => {
    const error = await refusal(address)
    expect(error.name).toBe('StoreUnusable')
    expect(error.message).toMatch(/^The address of MongoDB cannot be read: write mongodb:\/\//)
    expect(`${error.message} ${error.stack}`).not.toMatch(/somebody|secret/)
  })

  it('is done in the database « guichet » when the address says none', async () => {
    const address = servers.url('')
    await prepared(address)
    await (await openMongo(address, () => noon)).close()
    await withDatabase(servers.url('guichet'), async db => {
      expect(await db.collections()).toHaveLength(10)
      await db.dropDatabase()
    })
  })

  it('says that a user is refused, whose password is wrong or who gave none', async () => {
    const closed = await startStandalone(['--auth'])
    try {
      const [server] = closed.members
      const roles = [{ role: 'root', db: 'admin' }]
      await command(server?.port ?? 0, { createUser: 'somebody', pwd: 'secret', roles })
      const as = (user: string) => closed.url('guichet?authSource=admin').replace('mongodb://', `mongodb://${user}`)
      for (const user of ['somebody:another@', '']) {
        const error = await refusal(as(user))
        expect(error.name).toBe('StoreUnusable')
        expect(error.message).toMatch(/^MongoDB at mongodb:\/\/127\.0\.0\.1:\d+ refuses this user: /)
      }
      await prepared(as('somebody:secret@'))
      await (await openMongo(as('somebody:secret@'), () => noon)).close()
    } finally {
      await closed.stop()
    }
  }, 60_000)

  it('makes no unique index but that of ids, which alone holds on every shard', async () => {
    await prepared(url)
    const indexes = await withDatabase(url, async db => {
      const collections = await db.collections()
      return Promise.all(collections.map(collection => collection.indexes()))
    })
    expect(indexes).toHaveLength(10)
    expect(indexes.flat().filter(index => index.unique && JSON.stringify(index.key) !== '{"_id":1}')).toEqual([])
  })

  it('refuses documents of another form than that of their collection', async () => {
    await prepared(url)
    const stores = await openMongo(url, () => noon)
    const odd = { ...aPendingAccount(), surname: 'in clear' }
    await expect(stores.accounts.create(odd, {})).rejects.toThrow(/surname/)
    await expect(stores.accounts.create(aPendingAccount({ language: 'de' as 'fr' }), {})).rejects.toThrow(/language/)
    const account = aPendingAccount()
    await stores.accounts.create(account, {})
    const change = { surname: 'in clear' } as object
    await expect(stores.accounts.change(account.id, 1, change, {})).rejects.toThrow(/surname/)
    await expect(stores.accounts.change(account.id, 1, { language: 'de' as 'fr' }, {})).rejects.toThrow(/language/)
    expect(await stores.accounts.find(account.id)).toEqual(account)
    await stores.close()
  })
})

describeOnMongo('what is asked of MongoDB', () => {
  let servers: Servers
  let url = ''
  let now = noon
  let stores: MongoStores
  beforeAll(async () => {
    servers = await startStandalone()
    url = servers.url(aDatabase())
    await prepared(url)
    stores = await openMongo(url, () => now)
  }, 60_000)
  afterAll(async () => {
    await stores.close()
    await servers.stop()
  })

  const accounts = async (): Promise<void> => {
    const store = stores.accounts
    const effects = () => ({ events: [anEvent()], jobs: [aJob()] })
    const nirKeys = [aNirKey(anId(), 'old'), aNirKey(anId(), 'new')]
    const [first, second] = [aPendingAccount({ nirKeys }), aPendingAccount({ nirKeys, createdAt: later(-60) })]
    await store.create(first, effects())
    await store.create(second, {})
    await store.change(first.id, 1, { language: 'en' }, effects())
    await store.change(first.id, 1, { status: 'suspended' }, {})
    await store.findClaims(nirKeys)
    await store.countClaims(nirKeys, 10)
    await store.activate(first.id, 2, nirKeys, {}, effects())
    await store.activate(second.id, 1, nirKeys, {}, effects())
    await store.findHolder(nirKeys)
    await store.findHolder([aNirKey()])
    await store.rekey([
      { id: first.id, version: 3, sealed: 'anew', nirKeys: nirKeys.slice(1), emailKeys: [], identityKeys: [] },
    ])
    await store.releaseNumber(first.id, noon, effects())
    await store.activate(second.id, 1, nirKeys, {}, effects())
    await store.walk(first.id, 10)
    await store.count()
    const holder = aPendingAccount({ status: 'active' })
    await store.import([holder, aPendingAccount({ status: 'active', nirKeys: holder.nirKeys }), first])
    const left = aPendingAccount()
    await store.create(left, {})
    await store.erasePending(left.id, effects())
    await store.create(aPendingAccount({ createdAt: later(-60) }), {})
    await store.purgePending(noon, 10, effects)
  }

  const identities = async (): Promise<void> => {
    const store = stores.accounts
    const effects = () => ({ events: [anEvent()], jobs: [aJob()] })
    const account = anOpenAccount()
    const [{ id, identityKeys, nirKeys }, linked] = [account, [aNirKey()]]
    await store.open(account, effects())
    await store.open(account, effects())
    await store.open(anOpenAccount({ identityKeys }), {})
    await store.open(anOpenAccount({ nirKeys }), {})
    await store.findByIdentity(identityKeys)
    await store.findByIdentity([aNirKey()])
    await store.link(id, 1, linked, {}, effects())
    await store.link(id, 1, linked, {}, effects())
    await store.rekey([{ id, version: 2, sealed: 'anew', nirKeys, emailKeys: [], identityKeys: linked }])
    await store.unlink(id, 3, linked, {}, effects())
    const numberless = anOpenAccount({ nirKeys: [] })
    await store.open(numberless, {})
    await store.takeNumber(numberless.id, 1, [aNirKey()], {}, effects())
    await store.giveUpNumber(numberless.id, 2, {}, effects())
    // what one leaves that dies, and the next one takes over
    const dying = await openMongo(url, () => now, {
      step: name => {
        if (name === 'number claimed' || name === 'identity claimed') throw new Error('died')
      },
    })
    const left = anOpenAccount()
    await dying.accounts.open(left, {}).catch(() => {})
    await dying.accounts.link(id, 4, linked, {}, {}).catch(() => {})
    await dying.close()
    now = later(3, now)
    await store.open(anOpenAccount({ identityKeys: left.identityKeys, nirKeys: left.nirKeys }), {})
    await store.open(anOpenAccount({ identityKeys: linked }), {})
  }

  const others = async (): Promise<void> => {
    const { consents, cases, services, jobs, audit, facts } = stores
    const effects = { events: [anEvent()], jobs: [aJob()] }
    const consent = aConsent()
    await consents.give(consent, effects)
    await consents.find(consent.accountId, consent.serviceId)
    await consents.list(consent.accountId)
    await consents.withdraw(consent.accountId, consent.serviceId, effects)
    await consents.import([consent])
    const one = aCase()
    await cases.add(one, effects)
    await cases.find(one.id)
    await cases.listOpen()
    await cases.due(noon, 10)
    await cases.purge(later(9), 10)
    await cases.change({ ...one, status: 'closed' }, 1, effects)
    await cases.change(one, 1, effects)
    const service = aService()
    await services.add(service, effects)
    await services.find(service.id)
    await services.list()
    await services.change(service, 1, effects)
    await services.change(service, 1, effects)
    await services.remove(service.id, effects)
    await jobs.add([aJob({ expiresAt: later(1) })])
    const [job] = await jobs.lease('mail', noon, later(30), 10)
    await jobs.retry(job?.id ?? '', later(60))
    await jobs.finish(job?.id ?? '', effects)
    await jobs.finish(job?.id ?? '', effects)
    await jobs.nextDue('mail')
    await jobs.count('mail')
    await jobs.purge(later(60), 10)
    await facts.settle('name', 'value')
    await facts.settle('name', 'value')
    const [segment] = await audit.segments()
    await audit.read(segment?.segment ?? '', 1, 10)
    await audit.close(noon, true)
    await audit.purge(later(2 * 86_400))
    await stores.ready()
    // one that dies leaves the sweep something to finish
    const dying = await openMongo(url, () => now, {
      step: name => {
        if (name === 'act written') throw new Error('died')
      },
    })
    await dying.accounts.create(aPendingAccount(), effects).catch(() => {})
    now = later(3 * 3_600)
    await stores.sweep(now, 100)
    await dying.close()
  }

  const copied = async <Item>(kind: LastingKind<Item>): Promise<void> => {
    await kind.count()
    const page = await kind.page(undefined, 10)
    await kind.page(page.at(-1), 10)
    await kind.find(page)
    await kind.put(page)
  }

  const asACopyDoes = async (): Promise<void> => {
    const { occupants } = stores
    await occupants.stay('copying', now, later(60, now))
    const kinds = stores.lasting()
    await copied(kinds.accounts)
    await copied(kinds.consents)
    await copied(kinds.cases)
    await copied(kinds.services)
    await copied(kinds.jobs)
    await copied(kinds.entries)
    await copied(kinds.segments)
    await stores.finishAllLeft(10)
    await occupants.leave()
  }

  it('is found by an index, sorted by one, and leaves none that serves nothing', async () => {
    const watched = await withDatabase(url, db =>
      watchedWhile(db, async () => {
        await accounts()
        await identities()
        await others()
        await asACopyDoes()
      }),
    )
    const shapes = new Set(watched.map(({ shape }) => shape))
    expect(shapes.size).toBeGreaterThan(55)
    expect(walksOf(watched)).toEqual([])
    const used = new Set(watched.flatMap(({ indexes }) => indexes))
    const made = await withDatabase(url, indexesOf)
    expect(made.length).toBeGreaterThan(10)
    expect(made.filter(name => !used.has(name))).toEqual([])
  }, 60_000)

  it('would be seen walking a collection or sorting by itself', async () => {
    const watched = await withDatabase(url, db =>
      watchedWhile(db, async () => {
        await db.collection('accounts').findOne({ cameFrom: 'x' })
        await db
          .collection('accounts')
          .find({ _id: { $in: [] } }, { sort: { language: 1 } })
          .toArray()
        await db.collection('accounts').updateOne({ cameFrom: 'x' }, { $set: { cameFrom: 'y' } })
      }),
    )
    expect(walksOf(watched)).toHaveLength(3)
  })

  it('is written to a majority and to its journal, and read of what a majority has, whatever the address says', async () => {
    const options = 'w=1&journal=false&readPreference=secondaryPreferred&readConcernLevel=local'
    const lines = await withDatabase(url, async db => {
      await db.command({ profile: 2, slowms: 0 })
      const other = await openMongo(`${url}?${options}`, () => now)
      const account = aPendingAccount()
      await other.accounts.create(account, {})
      await other.accounts.find(account.id)
      await other.close()
      await db.command({ profile: 0 })
      return db
        .collection('system.profile')
        .find({ ns: /\.accounts$/ })
        .sort({ ts: -1 })
        .limit(2)
        .toArray()
    })
    const [find, insert] = lines.map(({ command: asked }) => asked)
    expect(insert.writeConcern).toMatchObject({ w: 'majority', j: true })
    expect(find.readConcern).toMatchObject({ level: 'majority' })
    expect(find.$readPreference?.mode ?? 'primary').toMatch(/^primary/)
  })

  it('is as much for a number that nobody holds as for one that somebody does', async () => {
    const nirKeys = [aNirKey(`0${anId()}`)]
    const account = aPendingAccount({ nirKeys })
    await stores.accounts.create(account, {})
    await stores.accounts.activate(account.id, 1, nirKeys, {}, {})
    const asked = (keys: typeof nirKeys) =>
      withDatabase(url, db =>
        watchedWhile(db, async () => {
          await stores.accounts.findHolder(keys)
        }),
      )
    const [held, free] = [await asked(nirKeys), await asked([aNirKey(`0${anId()}`)])]
    const told = (watched: typeof held) => watched.map(({ shape, plan }) => [shape, plan])
    expect(held).toHaveLength(2)
    expect(told(free)).toEqual(told(held))
    expect(free.at(-1)?.read).toBe(1)
    expect(held.at(-1)?.read).toBe(1)
  })
})
