/** What several commands do together is right when they arrive in another order, or when only some of them arrive. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { type ArtefactStore, StoreAway } from '../../../src/stores/contracts.ts'
import { makeArtefactStore } from '../../../src/stores/redis/artefacts/artefacts.ts'
import { makeConsume } from '../../../src/stores/redis/artefacts/consumption.ts'
import { untoldOf } from '../../../src/stores/redis/artefacts/names.ts'
import { type Connected, connectRedis } from '../../../src/stores/redis/connection/connect.ts'
import { makeServer, type Server } from '../../../src/stores/redis/connection/server.ts'
import { everyTag, tagOf } from '../../../src/stores/redis/keys.ts'
import { aVault } from '../../builders/keys.ts'
import { anArtefact, aSession, later, noon } from '../../builders/records.ts'
import { describeOnRedis } from './describe.ts'
import { aRedisFolder, asking, type RedisFolder, until } from './servers.ts'

type Command = () => Promise<unknown>

/** `meet` is given every command, with its first key, and decides when it goes and what comes back. */
const meeting = (server: Server, meet: (command: Command, key: string) => Promise<unknown>): Server => ({
  ...server,
  run: (name, key, ...values) => meet(() => server.run(name, key, ...values), key),
  script: (script, keys, values) => meet(() => server.script(script, keys, values), keys[0] ?? ''),
})

const storeOn = (server: Server): ArtefactStore =>
  makeArtefactStore({ server, consume: makeConsume(server, undefined), vault: aVault(), clock: () => noon })

describeOnRedis('what takes several commands', () => {
  let folder: RedisFolder
  let port = 0
  let connected: Connected
  let server: Server
  let artefacts: ArtefactStore
  beforeAll(async () => {
    folder = await aRedisFolder()
    port = (await folder.server()).port
    connected = await connectRedis({ url: `redis://127.0.0.1:${port}`, production: true, patience: 10_000 })
    server = makeServer(connected.clients.main, connected.patience)
    artefacts = storeOn(server)
  })
  afterAll(async () => {
    connected.clients.main.disconnect()
    await folder.close()
  })
  beforeEach(() => asking(port, redis => redis.flushall()))

  const found = async (id: string) => (await artefacts.find('AccessToken', id)) !== undefined
  const token = anArtefact({}, { grantId: 'grant', accountId: 'account', serviceId: 'service' })
  const grant = anArtefact({}, { accountId: 'account', serviceId: 'service' })

  describe('and arrives in another order', () => {
    /** A store whose nth command goes when it is told. */
    const heldUpAt = (nth: number) => {
      let go = () => {}
      const told = new Promise<void>(resolve => {
        go = resolve
      })
      let sent = 0
      const store = storeOn(
        meeting(server, async command => {
          sent += 1
          if (sent === nth) await told
          return command()
        }),
      )
      return { store, go }
    }
    const ends: { readonly [what: string]: () => Promise<unknown> } = {
      'its Grant': () => artefacts.revokeByGrant('grant', later(60)),
      'its account': () => artefacts.endAccount('account'),
      'its service of the account': () => artefacts.endService('service', 'account'),
    }

    // of the two scripts that a save of a token sends, the first one is of its row, and the second one of its place in the index
    const parts = ['row comes', 'place in the index comes'] as const
    it.each(Object.keys(ends).flatMap(what => parts.map(part => [part, what] as const)))(
      'keeps nothing of a token whose %s after %s was ended',
      async (part, what) => {
        await artefacts.upsert('Grant', 'grant', grant, later(60))
        const { store, go } = heldUpAt(parts.indexOf(part) + 1)
        const saving = store.upsert('AccessToken', 't', token, later(60))
        await ends[what]?.()
        go()
        expect(await saving).toBe('ended')
        expect(await found('t')).toBe(false)
      },
    )

    it('finds a session again whose pointer comes late', async () => {
      // the server knows the script already
      await artefacts.upsert('Session', 'other', aSession('account', 'other'), later(60))
      const { store, go } = heldUpAt(2)
      const saving = store.upsert('Session', 's', aSession('account', 'uid', { one: 1 }), later(60))
      expect(await artefacts.findByUid('Session', 'uid')).toBeDefined()
      expect(await artefacts.find('Session', 's')).toBeUndefined()
      go()
      await saving
      expect(await artefacts.find('Session', 's')).toBeDefined()
    })

    it('tells nobody of a session that was saved anew while it was being leased', async () => {
      await artefacts.upsert('Session', 's', aSession('account', 'uid', { one: 1 }), later(60))
      const untold = untoldOf(tagOf(aVault().hashId('uid', 'uid')))
      // those that are due are counted under each tag, then taken, then looked at
      const { store, go } = heldUpAt(everyTag.length + 2)
      const leasing = store.leaseExpiredSessions(later(60), later(90), 10)
      await until(
        'the lease',
        async () =>
          (await asking(port, redis => redis.zrange(untold, '0', '-1', 'WITHSCORES')))[1] ===
          String(later(90).getTime()),
      )
      await artefacts.upsert('Session', 's', aSession('account', 'uid', { one: 1 }), later(600))
      go()
      expect(await leasing).toEqual([])
      expect(await artefacts.leaseExpiredSessions(later(599), later(900), 10)).toEqual([])
      expect(await artefacts.leaseExpiredSessions(later(600), later(900), 10)).toHaveLength(1)
    })
  })

  describe('and is cut', () => {
    const modes = ['before it is done', 'after it is done'] as const

    /** Its nth command fails, before or after it has done its work, and so does every later one. */
    const cutAt = (nth: number, mode: (typeof modes)[number]) => {
      let sent = 0
      return storeOn(
        meeting(server, async command => {
          sent += 1
          if (sent < nth) return command()
          if (sent === nth && mode === 'after it is done') await command()
          throw new StoreAway('cut')
        }),
      )
    }
    const ids = Array.from({ length: 5 }, (_, nth) => `t${nth}`)
    const arranged = async () => {
      await asking(port, redis => redis.flushall())
      await artefacts.upsert('Grant', 'grant', grant, later(60))
      for (const id of ids) await artefacts.upsert('AccessToken', id, token, later(60))
      await artefacts.upsert('AccessToken', 'alone', { ...token, grantId: undefined }, later(60))
      await artefacts.upsert('Session', 's', aSession('account', 'uid', { one: 1 }), later(60))
    }
    const left = async (all: readonly string[]) => (await Promise.all(all.map(found))).filter(Boolean).length
    const isGrantEnded = async () => (await artefacts.upsert('Grant', 'grant', grant, later(60))) === 'ended'

    const acts: {
      readonly [name: string]: {
        act(store: ArtefactStore): Promise<unknown>
        holds(): Promise<boolean>
      }
    } = {
      'ending a Grant': {
        act: store => store.revokeByGrant('grant', later(60)),
        holds: async () => (await left(ids)) === 0 && (await isGrantEnded()) && (await found('alone')),
      },
      'ending what a Grant gave under a model': {
        act: store => store.revokeModelByGrant('grant', 'AccessToken'),
        holds: async () => (await left(ids)) === 0 && !(await isGrantEnded()),
      },
      'ending an account': {
        act: store => store.endAccount('account'),
        holds: async () =>
          (await left([...ids, 'alone'])) === 0 &&
          (await isGrantEnded()) &&
          (await artefacts.sessions('account')).length === 0 &&
          (await artefacts.find('Session', 's')) === undefined,
      },
      'ending a service of an account': {
        act: store => store.endService('service', 'account'),
        holds: async () =>
          (await left([...ids, 'alone'])) === 0 &&
          (await isGrantEnded()) &&
          (await artefacts.find('Session', 's')) !== undefined,
      },
      'ending a service': {
        act: store => store.endService('service'),
        holds: async () => (await left([...ids, 'alone'])) === 0 && (await isGrantEnded()),
      },
      'saving a token': {
        act: store => store.upsert('AccessToken', 'new', token, later(60)),
        async holds() {
          const saved = await found('new')
          await artefacts.revokeByGrant('grant', later(60))
          return saved && !(await found('new'))
        },
      },
      'renewing a session': {
        act: store =>
          store.upsert('Session', 'n', { ...aSession('account', 'uid', { two: 2 }), replaces: 's' }, later(60)),
        async holds() {
          const sessions = await artefacts.sessions('account')
          const by = await artefacts.find('Session', 'n')
          return sessions.length === 1 && by !== undefined && (await artefacts.find('Session', 's')) === undefined
        },
      },
      'leasing a session that has expired': {
        act: store => store.leaseExpiredSessions(later(60), later(90), 10),
        async holds() {
          const [taken] = await artefacts.leaseExpiredSessions(later(90), later(120), 10)
          await artefacts.forgetExpiredSession('uid', later(91))
          const more = await artefacts.leaseExpiredSessions(later(3600), later(3700), 10)
          return taken?.uid === 'uid' && more.length === 0
        },
      },
    }

    it.each(Object.keys(acts).flatMap(name => modes.map(mode => [name, mode] as const)))(
      '%s %s is finished by doing it again',
      async (name, mode) => {
        const { act, holds } = acts[name] ?? {}
        if (!act || !holds) throw new Error('no such act')
        let cuts = 0
        for (let nth = 1; nth < 400; nth += nth < 20 ? 1 : 37) {
          await arranged()
          const whole = await act(cutAt(nth, mode)).then(
            () => true,
            () => false,
          )
          if (whole) break
          cuts += 1
          await act(artefacts)
          expect([nth, await holds()]).toEqual([nth, true])
        }
        expect(cuts).toBeGreaterThan(1)
      },
    )
  })
})
