import type { Vault } from '../../../protection/vault.ts'
import type { Artefact, ArtefactStore, FoundArtefact } from '../../contracts.ts'
import type { Server } from '../connection/server.ts'
import { keyOf, tagOf } from '../keys.ts'
import { lifeOf } from '../life.ts'
import { setNew } from '../records.ts'
import { makeSessions } from '../sessions/sessions.ts'
import { makeTelling } from '../sessions/telling.ts'
import type { Consume } from './consumption.ts'
import { makeEnding } from './ending.ts'
import { makeIndexes } from './indexes.ts'
import { accountIndex, grantIndex, makeNames, memberText, rowKey, serviceIndex } from './names.ts'
import { makePointers } from './pointers.ts'
import { readRow, timeText } from './rows.ts'
import { addToGrant, save } from './scripts.ts'

type ArtefactNeeds = {
  readonly server: Server
  readonly consume: Consume
  readonly vault: Vault
  readonly clock: () => Date
}

const mostListed = 100

export const makeArtefactStore = ({ server, consume, vault, clock }: ArtefactNeeds): ArtefactStore => {
  const names = makeNames(vault)
  const indexes = makeIndexes(server, clock)
  const pointers = makePointers(server)
  const sessions = makeSessions({ server, vault, names, pointers, clock })
  const telling = makeTelling(server, names, sessions)
  const ending = makeEnding({ server, names, indexes, sessions, clock })

  const pointerFrom = (what: string, model: string, id: string): string =>
    keyOf('p', names.hash(`${what} of ${model}`, id))

  const open = (hash: string, value: unknown): FoundArtefact | undefined => {
    const row = readRow(value, clock().getTime())
    const payload = row && vault.open(`artefact:${hash}`, row.sealed)
    if (typeof payload !== 'object' || payload === null) return undefined
    return { payload: payload as Artefact['payload'], consumedAt: row?.consumedAt }
  }

  const followed = async (pointer: string): Promise<FoundArtefact | undefined> => {
    const { target, value } = await pointers.follow(pointer, 'GET', value => typeof value === 'string')
    return target === undefined ? undefined : open(target.slice(target.lastIndexOf(':') + 1), value)
  }

  const saveSession = async (id: string, artefact: Artefact, expiresAt: Date): Promise<'saved' | 'ended'> => {
    const { accountId } = artefact
    const member = memberText('Session', sessions.uidOf(id, artefact))
    const [outcome] = await Promise.all([
      sessions.save(id, artefact, expiresAt),
      accountId === undefined
        ? undefined
        : indexes.add(accountIndex(names.hash('account', accountId)), member, expiresAt),
    ])
    return outcome
  }

  /**
   * The row and its places in the indexes are written together, in whatever order they arrive. What ends a Grant first says so
   * where it is indexed, then leaves a mark on every row that it finds there: whichever came first, one of both is met.
   */
  const saveRow = async (
    model: string,
    id: string,
    { payload, accountId, serviceId, grantId, uid, userCode }: Artefact,
    expiresAt: Date,
  ): Promise<'saved' | 'ended'> => {
    const now = clock()
    const hash = names.hash(model, id)
    const service = serviceId === undefined ? '' : names.hash('service', serviceId)
    const [expires, life] = [timeText(expiresAt.getTime()), lifeOf(expiresAt, now)]
    const member = memberText(model, hash)

    const index = async () => {
      if (accountId === undefined) return
      const named = memberText(model, hash, names.short('service', serviceId))
      await indexes.add(accountIndex(names.hash('account', accountId)), named, expiresAt)
    }
    const indexByGrant = async (id: string): Promise<boolean> => {
      const grant = names.hash('Grant', id)
      const values = [member, expires, now.getTime(), life]
      const outcome = await server.script(addToGrant, [rowKey(grant), grantIndex(grant)], values)
      // what comes from a known Grant is found by it, and the Grant by its account
      if (outcome === 2) await index()
      return outcome !== 0
    }

    const keys = service === '' ? [rowKey(hash)] : [rowKey(hash), serviceIndex(tagOf(hash), service)]
    const values = [expires, vault.seal(`artefact:${hash}`, payload), now.getTime(), life, member]
    const isAlone = [accountId, grantId, uid, userCode].every(name => name === undefined)
    if (isAlone) return (await server.script(save, keys, values)) === 1 ? 'saved' : 'ended'
    const [written, goesOn] = await Promise.all([
      server.script(save, keys, values),
      grantId === undefined ? index() : indexByGrant(grantId),
      uid === undefined ? undefined : pointers.set(pointerFrom('uid', model, uid), rowKey(hash), life),
      userCode === undefined ? undefined : pointers.set(pointerFrom('userCode', model, userCode), rowKey(hash), life),
    ])
    if (written === 1 && goesOn !== false) return 'saved'
    if (written === 1) await ending.rows([hash])
    return 'ended'
  }

  return {
    upsert: (model, id, artefact, expiresAt) =>
      model === 'Session' ? saveSession(id, artefact, expiresAt) : saveRow(model, id, artefact, expiresAt),

    async find(model, id) {
      if (model === 'Session') return sessions.find(id)
      const hash = names.hash(model, id)
      return open(hash, await server.run('GET', rowKey(hash)))
    },

    findByUid: (model, uid) =>
      model === 'Session' ? sessions.findByUid(uid) : followed(pointerFrom('uid', model, uid)),

    findByUserCode: (model, userCode) => followed(pointerFrom('userCode', model, userCode)),

    consume: (model, id, at) => consume(rowKey(names.hash(model, id)), at, clock()),

    async destroy(model, id) {
      if (model === 'Session') return sessions.end(id)
      await server.run('DEL', rowKey(names.hash(model, id)))
    },

    rememberSessionEnd: (uid, until) => sessions.rememberEnd(uid, until),
    isSessionEnded: uid => sessions.isOver(uid),

    revokeByGrant: (grantId, until) => ending.grant(names.hash('Grant', grantId), until),
    revokeModelByGrant: (grantId, model) => ending.ofGrant(names.hash('Grant', grantId), model),

    unique(id, expiresAt) {
      return setNew(server, keyOf('n', names.hash('replay', id)), '', expiresAt, clock())
    },

    async sessions(accountId) {
      const account = names.short('account', accountId)
      const members = await indexes.standing(accountIndex(names.hash('account', accountId)), 2 * mostListed)
      const named = members.filter(({ model }) => model === 'Session').slice(0, mostListed)
      const found = await Promise.all(named.map(({ hash }) => sessions.ofAccount(hash, account)))
      return found
        .filter(session => session !== undefined)
        .sort((a, b) => b.beganAt - a.beganAt)
        .map(({ uid, payload }) => ({ uid, payload }))
    },

    endAccount: accountId => ending.account(accountId),
    endService: (serviceId, accountId) => ending.service(serviceId, accountId),
    leaseExpiredSessions: (now, until, limit) => telling.lease(now, until, limit),
    forgetExpiredSession: (uid, now) => telling.forget(uid, now),
  }
}
