import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { anArtefact, anId, aSession, later, noon } from '../builders/records.ts'
import { type ExpiringStores, eachOpened, type OpenStores } from './set-up.ts'

export const artefactStoreContract = (open: OpenStores<ExpiringStores>): void => {
  const opened = eachOpened(open, { beforeEach, afterEach })
  const artefacts = () => opened().stores.artefacts
  const found = async (model: string, id: string) => (await artefacts().find(model, id)) !== undefined
  /** Those that have expired by then, leased for a minute. */
  const expired = (seconds: number) => artefacts().leaseExpiredSessions(later(seconds), later(seconds + 60), 10)

  describe('artefacts', () => {
    it('come back as saved until they expire', async () => {
      await artefacts().upsert('AccessToken', 'id', anArtefact({ scope: 'openid' }), later(60))
      expect(await artefacts().find('AccessToken', 'id')).toEqual({
        payload: { iat: 1, scope: 'openid' },
        consumedAt: undefined,
      })
      expect(await found('RefreshToken', 'id')).toBe(false)
      opened().clock.set(later(60))
      expect(await found('AccessToken', 'id')).toBe(false)
    })

    it('are found by uid and by user code, under their model only', async () => {
      const artefact = anArtefact({ a: 1 }, { uid: 'uid', userCode: 'ABCD' })
      await artefacts().upsert('DeviceCode', 'id', artefact, later(60))
      expect((await artefacts().findByUid('DeviceCode', 'uid'))?.payload).toEqual(artefact.payload)
      expect((await artefacts().findByUserCode('DeviceCode', 'ABCD'))?.payload).toEqual(artefact.payload)
      expect(await artefacts().findByUserCode('Session', 'ABCD')).toBeUndefined()
      opened().clock.set(later(60))
      expect(await artefacts().findByUid('DeviceCode', 'uid')).toBeUndefined()
      expect(await artefacts().findByUserCode('DeviceCode', 'ABCD')).toBeUndefined()
    })

    it('are destroyed with their indexes', async () => {
      await artefacts().upsert('DeviceCode', 'id', anArtefact({}, { uid: 'uid', userCode: 'ABCD' }), later(60))
      await artefacts().destroy('DeviceCode', 'id')
      await artefacts().destroy('DeviceCode', 'id')
      expect(await found('DeviceCode', 'id')).toBe(false)
      expect(await artefacts().findByUid('DeviceCode', 'uid')).toBeUndefined()
      expect(await artefacts().findByUserCode('DeviceCode', 'ABCD')).toBeUndefined()
    })

    it('show no id nor payload to whoever reads the bytes', async () => {
      const [id, secret, uid, userCode, grantId] = [anId(), anId(), anId(), anId(), anId()]
      await artefacts().upsert(
        'AccessToken',
        id,
        anArtefact({ jti: id, secret }, { uid, userCode, grantId }),
        later(60),
      )
      const bytes = await opened().dump()
      for (const text of [id, secret, uid, userCode, grantId]) expect(bytes.includes(text)).toBe(false)
    })
  })

  describe('consumption', () => {
    it('is won once, and the record stays for its whole life, so that a replay is seen', async () => {
      await artefacts().upsert('AuthorizationCode', 'id', anArtefact(), later(60))
      expect(await artefacts().consume('AuthorizationCode', 'id', later(1))).toBe('consumed')
      expect(await artefacts().consume('AuthorizationCode', 'id', later(2))).toBe('lost')
      expect((await artefacts().find('AuthorizationCode', 'id'))?.consumedAt).toEqual(later(1))
      opened().clock.set(later(60))
      expect(await artefacts().consume('AuthorizationCode', 'id', later(60))).toBe('gone')
      expect(await artefacts().consume('AuthorizationCode', 'unknown', later(1))).toBe('gone')
    })

    it('is not undone by saving the record again', async () => {
      await artefacts().upsert('RefreshToken', 'id', anArtefact(), later(60))
      await artefacts().consume('RefreshToken', 'id', later(1))
      await artefacts().upsert('RefreshToken', 'id', anArtefact({ again: true }), later(60))
      expect(await artefacts().consume('RefreshToken', 'id', later(2))).toBe('lost')
    })

    it('is won by one of many at once', async () => {
      const other = await opened().another()
      await artefacts().upsert('AuthorizationCode', 'id', anArtefact(), later(60))
      const outcomes = await Promise.all(
        Array.from({ length: 20 }, (_, i) =>
          (i % 2 ? artefacts() : other.artefacts).consume('AuthorizationCode', 'id', noon),
        ),
      )
      expect(outcomes.filter(outcome => outcome === 'consumed')).toHaveLength(1)
      expect(outcomes.filter(outcome => outcome === 'lost')).toHaveLength(19)
    })

    it('sees a replayed assertion, once for all, until it expires', async () => {
      const other = await opened().another()
      const seen = await Promise.all(
        Array.from({ length: 10 }, (_, i) => (i % 2 ? artefacts() : other.artefacts).unique('jti', later(60))),
      )
      expect(seen.filter(Boolean)).toHaveLength(1)
      expect(await artefacts().unique('jti', later(60))).toBe(false)
      opened().clock.set(later(60))
      expect(await artefacts().unique('jti', later(120))).toBe(true)
    })
  })

  describe('a grant', () => {
    it('ends with everything that came from it', async () => {
      const indexes = { grantId: 'grant' }
      await artefacts().upsert('Grant', 'grant', anArtefact(), later(60))
      await artefacts().upsert('AccessToken', 'a', anArtefact({}, indexes), later(60))
      await artefacts().upsert('RefreshToken', 'r', anArtefact({}, indexes), later(60))
      await artefacts().upsert('AccessToken', 'other', anArtefact({}, { grantId: 'another' }), later(60))
      await artefacts().revokeModelByGrant('grant', 'AccessToken')
      expect([await found('AccessToken', 'a'), await found('RefreshToken', 'r')]).toEqual([false, true])
      await artefacts().revokeByGrant('grant', later(60))
      await artefacts().revokeByGrant('grant', later(60))
      expect([await found('RefreshToken', 'r'), await found('Grant', 'grant')]).toEqual([false, false])
      expect(await found('AccessToken', 'other')).toBe(true)
    })
  })

  describe('a grant that has ended', () => {
    const tokens = { grantId: 'grant' }
    const save = (model: string, id: string) =>
      artefacts().upsert(model, id, anArtefact({}, model === 'Grant' ? {} : tokens), later(600))

    it('is not made again, nor is anything of it saved late, while it is remembered', async () => {
      expect(await save('Grant', 'grant')).toBe('saved')
      expect(await save('RefreshToken', 'r')).toBe('saved')
      await artefacts().revokeByGrant('grant', later(60))
      expect([await save('RefreshToken', 'r'), await save('AccessToken', 'a')]).toEqual(['ended', 'ended'])
      expect(await save('Grant', 'grant')).toBe('ended')
      expect([await found('RefreshToken', 'r'), await found('AccessToken', 'a')]).toEqual([false, false])
      expect(await found('Grant', 'grant')).toBe(false)
      expect(await artefacts().upsert('AccessToken', 'other', anArtefact({}, { grantId: 'another' }), later(60))).toBe(
        'saved',
      )
    })

    it('is remembered though it was not known, as long as was said last', async () => {
      await artefacts().revokeByGrant('grant', later(60))
      await artefacts().revokeByGrant('grant', later(30))
      opened().clock.set(later(59))
      expect(await save('Grant', 'grant')).toBe('ended')
      opened().clock.set(later(60))
      expect([await save('Grant', 'grant'), await save('AccessToken', 'a')]).toEqual(['saved', 'saved'])
      expect([await found('Grant', 'grant'), await found('AccessToken', 'a')]).toEqual([true, true])
    })

    it('is purged once nobody has to remember it', async () => {
      await artefacts().upsert('Grant', 'grant', anArtefact(), later(3600))
      await artefacts().revokeByGrant('grant', later(60))
      expect(await opened().stores.purgeExpired(later(59), 10)).toBe(0)
      expect(await opened().stores.purgeExpired(later(60), 10)).toBe(1)
    })

    it('stays ended whether its account or its service took it along, and after that', async () => {
      const indexes = { accountId: anId(), serviceId: anId() }
      const ends = [
        () => artefacts().endService(indexes.serviceId, indexes.accountId),
        () => artefacts().endService(indexes.serviceId),
        () => artefacts().endAccount(indexes.accountId),
      ]
      for (const [nth, end] of ends.entries()) {
        const grant = () => artefacts().upsert('Grant', `${nth}`, anArtefact({}, indexes), later(60))
        await grant()
        await end()
        for (const again of ends) await again()
        expect(await grant()).toBe('ended')
        expect(await artefacts().upsert('AccessToken', 't', anArtefact({}, { grantId: `${nth}` }), later(60))).toBe(
          'ended',
        )
      }
    })

    it('leaves nothing of what was being saved when it ended', async () => {
      const other = await opened().another()
      for (let round = 0; round < 20; round += 1) {
        const grantId = `grant-${round}`
        await artefacts().upsert('Grant', grantId, anArtefact(), later(60))
        const ids = Array.from({ length: 6 }, (_, nth) => `${round}-${nth}`)
        const saving = ids.map((id, nth) =>
          (nth % 2 ? artefacts() : other.artefacts).upsert('AccessToken', id, anArtefact({}, { grantId }), later(60)),
        )
        await Promise.all([...saving, other.artefacts.revokeByGrant(grantId, later(60))])
        for (const id of ids) expect(await found('AccessToken', id)).toBe(false)
      }
    })
  })

  describe('a session', () => {
    it('keeps what each of two sign-ins at once put in it', async () => {
      const other = await opened().another()
      const [account, uid] = [anId(), anId()]
      await artefacts().upsert('Session', 's', aSession(account, uid), later(60))
      await Promise.all([
        artefacts().upsert('Session', 's', aSession(account, uid, { one: { sid: '1' } }), later(60)),
        other.artefacts.upsert('Session', 's', aSession(account, uid, { two: { sid: '2' } }), later(60)),
      ])
      const expected = { authorizations: { one: { sid: '1' }, two: { sid: '2' } } }
      expect((await artefacts().find('Session', 's'))?.payload).toMatchObject(expected)
      expect((await artefacts().findByUid('Session', uid))?.payload).toMatchObject(expected)
    })

    it('is whole by its uid when both sign-ins gave it a new id', async () => {
      const [account, uid] = [anId(), anId()]
      await artefacts().upsert('Session', 'old', { payload: { uid }, uid }, later(60))
      await artefacts().destroy('Session', 'old')
      await artefacts().upsert('Session', 'a', aSession(account, uid, { one: 1 }), later(60))
      await artefacts().destroy('Session', 'old')
      await artefacts().upsert('Session', 'b', aSession(account, uid, { two: 2 }), later(60))
      await artefacts().upsert('Session', 'a', aSession(account, uid, { one: 1, three: 3 }), later(60))
      expect((await artefacts().findByUid('Session', uid))?.payload).toMatchObject({
        authorizations: { one: 1, two: 2, three: 3 },
      })
    })

    it('never comes back by a late save once it was destroyed', async () => {
      const [account, uid] = [anId(), anId()]
      const session = aSession(account, uid, { one: 1 })
      await artefacts().upsert('Session', 's', session, later(60))
      await artefacts().destroy('Session', 's')
      await artefacts().upsert('Session', 's', session, later(120))
      expect(await artefacts().find('Session', 's')).toBeUndefined()
      expect(await artefacts().findByUid('Session', uid)).toBeUndefined()
      expect(await artefacts().sessions(account)).toEqual([])
      expect(await expired(3600)).toEqual([])
      expect(await opened().stores.purgeExpired(later(3600), 10)).toBe(1)
    })

    it('takes a new id in one act, which leaves the former one nothing', async () => {
      const [account, uid] = [anId(), anId()]
      const former = aSession(account, uid, { one: 1, two: 2 })
      await artefacts().upsert('Session', 'old', former, later(60))
      const next = { ...aSession(account, uid, { two: 2, three: 3 }), replaces: 'old' }
      await artefacts().upsert('Session', 'new', next, later(60))
      await artefacts().upsert('Session', 'old', former, later(60))
      expect(await found('Session', 'old')).toBe(false)
      expect((await artefacts().find('Session', 'new'))?.payload.authorizations).toMatchObject({ two: 2, three: 3 })
      expect(await artefacts().sessions(account)).toHaveLength(1)
      expect((await expired(3600)).map(({ uid }) => uid)).toEqual([uid])
    })

    it('forgets a service that was taken out of it in that act', async () => {
      const [account, uid] = [anId(), anId()]
      await artefacts().upsert('Session', 'old', aSession(account, uid, { one: 1, two: 2 }), later(60))
      const next = { ...aSession(account, uid, { two: 2 }), replaces: 'old' }
      await artefacts().upsert('Session', 'new', next, later(60))
      expect((await artefacts().findByUid('Session', uid))?.payload.authorizations).toEqual({ two: 2 })
    })

    it('is there at every moment while it takes new ids', async () => {
      const other = await opened().another()
      const [account, uid] = [anId(), anId()]
      await artefacts().upsert('Session', 'id0', aSession(account, uid), later(60))
      const renewed = async () => {
        for (let nth = 1; nth <= 50; nth += 1)
          await artefacts().upsert(
            'Session',
            `id${nth}`,
            { ...aSession(account, uid), replaces: `id${nth - 1}` },
            later(60),
          )
        return 'renewed' as const
      }
      const renewing = renewed()
      let looks = 0
      while ((await Promise.race([renewing, other.artefacts.findByUid('Session', uid)])) !== 'renewed') {
        expect(await other.artefacts.findByUid('Session', uid)).toBeDefined()
        looks += 1
      }
      expect(looks).toBeGreaterThan(0)
    })

    it('never comes back by a late save once its account was ended', async () => {
      const account = anId()
      await artefacts().upsert('Session', 's', aSession(account, 'uid', { one: 1 }), later(60))
      await artefacts().endAccount(account)
      await artefacts().upsert('Session', 's', aSession(account, 'uid', { one: 1 }), later(60))
      expect(await artefacts().find('Session', 's')).toBeUndefined()
    })

    it('is not saved under any id while its end is remembered, nor is the id that it would leave kept', async () => {
      const [account, uid] = [anId(), anId()]
      const session = aSession(account, uid, { one: 1 })
      await artefacts().upsert('Session', 'old', session, later(60))
      expect(await artefacts().isSessionEnded(uid)).toBe(false)
      await artefacts().rememberSessionEnd(uid, later(30))
      expect(await artefacts().isSessionEnded(uid)).toBe(true)
      expect(await artefacts().upsert('Session', 'new', { ...session, replaces: 'old' }, later(60))).toBe('ended')
      expect(await artefacts().upsert('Session', 'another', session, later(60))).toBe('ended')
      for (const id of ['old', 'new', 'another']) expect(await found('Session', id)).toBe(false)
      expect(await artefacts().sessions(account)).toEqual([])
      expect(await artefacts().upsert('Session', 'other', aSession(account, anId()), later(60))).toBe('saved')
      opened().clock.set(later(30))
      expect(await artefacts().isSessionEnded(uid)).toBe(false)
    })

    it('keeps what was saved late under its former id, before or after the new one', async () => {
      const [account, uid] = [anId(), anId()]
      await artefacts().upsert('Session', 'old', aSession(account, uid, { one: 1 }), later(60))
      await artefacts().destroy('Session', 'old')
      await artefacts().upsert('Session', 'old', aSession(account, uid, { two: 2 }), later(60))
      await artefacts().upsert('Session', 'new', aSession(account, uid, { one: 1 }), later(60))
      await artefacts().upsert('Session', 'old', aSession(account, uid, { three: 3 }), later(60))
      const expected = { authorizations: { one: 1, two: 2, three: 3 } }
      expect((await artefacts().find('Session', 'new'))?.payload).toMatchObject(expected)
      expect(await artefacts().find('Session', 'old')).toBeUndefined()
    })

    it('forgets a service that was taken out of it when its id was changed', async () => {
      const [account, uid] = [anId(), anId()]
      await artefacts().upsert('Session', 'old', aSession(account, uid, { one: 1, two: 2 }), later(60))
      await artefacts().destroy('Session', 'old')
      await artefacts().upsert('Session', 'new', aSession(account, uid, { two: 2 }), later(60))
      expect((await artefacts().findByUid('Session', uid))?.payload.authorizations).toEqual({ two: 2 })
    })

    it('has not expired while it lives on under another id', async () => {
      const [account, uid] = [anId(), anId()]
      await artefacts().upsert('Session', 'a', aSession(account, uid, { one: 1 }), later(60))
      await artefacts().upsert('Session', 'b', aSession(account, uid, { two: 2 }), later(120))
      opened().clock.set(later(60))
      expect(await artefacts().sessions(account)).toHaveLength(1)
      expect(await expired(60)).toEqual([])
      opened().clock.set(later(120))
      const [taken, ...more] = await expired(120)
      expect(taken?.payload.authorizations).toEqual({ one: 1, two: 2 })
      expect(more).toEqual([])
    })

    it("never takes up another account's services", async () => {
      const uid = anId()
      await artefacts().upsert('Session', 'a', aSession('first', uid, { one: 1 }), later(60))
      await artefacts().upsert('Session', 'b', aSession('second', uid, { two: 2 }), later(60))
      expect((await artefacts().find('Session', 'b'))?.payload.authorizations).toEqual({ two: 2 })
      expect((await artefacts().find('Session', 'a'))?.payload.authorizations).toEqual({ one: 1 })
    })

    it('is listed for its account, newest first, while it lives', async () => {
      const account = anId()
      await artefacts().upsert('Session', 'a', aSession(account, 'first'), later(30))
      await artefacts().upsert('Session', 'b', aSession(account, 'second'), later(60))
      await artefacts().upsert('Session', 'c', aSession(anId(), 'stranger'), later(60))
      expect((await artefacts().sessions(account)).map(session => session.uid)).toEqual(['second', 'first'])
      opened().clock.set(later(30))
      expect((await artefacts().sessions(account)).map(session => session.uid)).toEqual(['second'])
    })

    it('ends with its account, and with it every token', async () => {
      const account = anId()
      await artefacts().upsert('Session', 's', aSession(account, 'uid', { one: 1 }), later(60))
      await artefacts().upsert('AccessToken', 't', anArtefact({}, { accountId: account }), later(60))
      await artefacts().upsert('AccessToken', 'other', anArtefact({}, { accountId: anId() }), later(60))
      expect((await artefacts().endAccount(account)).map(session => session.uid)).toEqual(['uid'])
      expect(await artefacts().endAccount(account)).toEqual([])
      expect([await found('Session', 's'), await found('AccessToken', 't')]).toEqual([false, false])
      expect(await found('AccessToken', 'other')).toBe(true)
    })

    it('is given when it has expired with services to tell, and purged when it has none', async () => {
      await artefacts().upsert('Session', 'told', aSession('account', 'uid', { one: 1 }), later(60))
      await artefacts().upsert('Session', 'empty', aSession('account', 'uid2'), later(60))
      await artefacts().upsert('AccessToken', 't', anArtefact(), later(60))
      expect(await expired(59)).toEqual([])
      expect(await opened().stores.purgeExpired(later(60), 10)).toBe(2)
      const taken = await expired(60)
      expect(taken).toEqual([{ uid: 'uid', payload: { uid: 'uid', accountId: 'account', authorizations: { one: 1 } } }])
      expect(await expired(60)).toEqual([])
    })

    it('that has expired is given again when its lease ends, until it is forgotten, and never opens anything', async () => {
      await artefacts().upsert('Session', 's', aSession('account', 'uid', { one: 1 }), later(60))
      opened().clock.set(later(60))
      expect(await artefacts().leaseExpiredSessions(later(60), later(90), 10)).toHaveLength(1)
      expect(await found('Session', 's')).toBe(false)
      expect(await artefacts().leaseExpiredSessions(later(89), later(120), 10)).toEqual([])
      expect(await opened().stores.purgeExpired(later(89), 10)).toBe(0)
      expect(await artefacts().leaseExpiredSessions(later(90), later(120), 10)).toHaveLength(1)
      await artefacts().forgetExpiredSession('uid', later(90))
      expect(await artefacts().leaseExpiredSessions(later(3600), later(3660), 10)).toEqual([])
    })

    it('that was never leased, or that still lives, is not forgotten', async () => {
      await artefacts().upsert('Session', 's', aSession('account', 'uid', { one: 1 }), later(60))
      await artefacts().forgetExpiredSession('uid', later(30))
      expect(await found('Session', 's')).toBe(true)
      await artefacts().forgetExpiredSession('uid', later(60))
      expect(await expired(60)).toHaveLength(1)
    })

    it('that had expired when its account was ended is still to be told, and does not come back', async () => {
      const session = aSession('account', 'uid', { one: 1 })
      await artefacts().upsert('Session', 's', session, later(60))
      opened().clock.set(later(60))
      expect(await artefacts().endAccount('account')).toEqual([])
      expect((await expired(60)).map(({ uid }) => uid)).toEqual(['uid'])
      expect(await found('Session', 's')).toBe(false)
      await artefacts().upsert('Session', 's', session, later(120))
      expect(await found('Session', 's')).toBe(false)
    })

    it('is given back to one of two processes', async () => {
      const other = await opened().another()
      for (let i = 0; i < 10; i += 1)
        await artefacts().upsert('Session', `s${i}`, aSession('account', `u${i}`, { one: 1 }), later(1))
      const taken = await Promise.all(
        Array.from({ length: 8 }, (_, i) =>
          (i % 2 ? artefacts() : other.artefacts).leaseExpiredSessions(later(60), later(120), 3),
        ),
      )
      expect(new Set(taken.flat().map(session => session.uid)).size).toBe(10)
      expect(taken.flat()).toHaveLength(10)
    })
  })

  describe('a service', () => {
    it('loses what it holds, of one account or of all', async () => {
      const of = (serviceId: string, accountId: string) => anArtefact({}, { serviceId, accountId })
      await artefacts().upsert('AccessToken', 'a', of('s', 'one'), later(60))
      await artefacts().upsert('AccessToken', 'b', of('s', 'two'), later(60))
      await artefacts().upsert('AccessToken', 'c', of('t', 'two'), later(60))
      await artefacts().endService('s', 'one')
      const standing = async () => Promise.all(['a', 'b', 'c'].map(id => found('AccessToken', id)))
      expect(await standing()).toEqual([false, true, true])
      await artefacts().endService('s')
      expect(await standing()).toEqual([false, false, true])
    })
  })
}
