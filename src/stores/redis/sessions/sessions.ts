/**
 * Sessions: everything of one (one uid) lies in one hash, where each step is one script. Several ids may name it: two sign-ins at
 * once each give it a new one. An id that has ended stays known, until it would have expired: a request that began before, and
 * saves late, never brings it back.
 */
import type { Vault } from '../../../protection/vault.ts'
import type { Artefact, FoundArtefact, SessionFound } from '../../contracts.ts'
import { authorizationsOf } from '../../session-merge.ts'
import { type Names, overKey, sessionKeys } from '../artefacts/names.ts'
import type { Pointers } from '../artefacts/pointers.ts'
import { timeText } from '../artefacts/rows.ts'
import type { Server } from '../connection/server.ts'
import { keyOf } from '../keys.ts'
import { lifeOf } from '../life.ts'
import { endSessionOf, endSessionRow, saveSession } from './scripts.ts'
import { isAlive, readSession, type SessionRow, type SessionState } from './state.ts'

type Payload = Artefact['payload']
export type SessionNeeds = {
  readonly server: Server
  readonly vault: Vault
  readonly names: Names
  readonly pointers: Pointers
  readonly clock: () => Date
}

export type Sessions = {
  save(id: string, artefact: Artefact, expiresAt: Date): Promise<'saved' | 'ended'>
  /** The hash of its uid, for the account's index. */
  uidOf(id: string, artefact: Artefact): string
  rememberEnd(uid: string, until: Date): Promise<void>
  isOver(uid: string): Promise<boolean>
  find(id: string): Promise<FoundArtefact | undefined>
  findByUid(uid: string): Promise<FoundArtefact | undefined>
  end(id: string): Promise<void>
  /** By the hash of its uid: the account's living session, and when it began. */
  ofAccount(uid: string, account: string): Promise<(SessionFound & { readonly beganAt: number }) | undefined>
  /** Gives the session that it was, if it lived. */
  endOf(uid: string, account: string): Promise<SessionFound | undefined>
  /** Of what a script gave: the account's session, alive or not. */
  read(answer: unknown, uid: string, account: string): SessionFound | undefined
}

export const makeSessions = ({ server, vault, names, pointers, clock }: SessionNeeds): Sessions => {
  const idOf = (id: string): string => names.short('Session', id)
  const pointerTo = (id: string): string => keyOf('p', names.hash('Session', id))
  const uidOf = (id: string, { uid }: Artefact): string => names.hash('uid', uid ?? `of ${id}`)

  // Sealed to their session and place in it.
  const rowPurpose = (uid: string, id: string): string => `session:${uid}:${id}`
  const servicePurpose = (uid: string, account: string, service: string): string =>
    `session:${uid}:${account}:${service}`

  const withServices = (uid: string, state: SessionState, row: SessionRow): Payload | undefined => {
    const payload = vault.open(rowPurpose(uid, row.id), row.sealed)
    if (typeof payload !== 'object' || payload === null) return undefined
    const authorizations: { [service: string]: unknown } = {}
    for (const { account, service, sealed } of state.services) {
      if (account !== row.account) continue
      const opened = vault.open(servicePurpose(uid, account, service), sealed)
      if (Array.isArray(opened) && typeof opened[0] === 'string') authorizations[opened[0]] = opened[1]
    }
    const known = payload as Payload
    return Object.keys(authorizations).length === 0 ? known : { ...known, authorizations }
  }

  const found = (uid: string, state: SessionState, row: SessionRow | undefined): FoundArtefact | undefined => {
    const payload = row && withServices(uid, state, row)
    return payload && { payload, consumedAt: undefined }
  }

  const told = (uid: string, state: SessionState, row: SessionRow | undefined): SessionFound | undefined => {
    const payload = row && withServices(uid, state, row)
    return payload && typeof payload.uid === 'string' ? { uid: payload.uid, payload } : undefined
  }

  const alive = (state: SessionState): readonly SessionRow[] => {
    const now = clock().getTime()
    return state.rows.filter(row => isAlive(row, now))
  }

  return {
    uidOf,

    async save(id, artefact, expiresAt) {
      const now = clock()
      const uid = uidOf(id, artefact)
      const account = names.short('account', artefact.accountId)
      const { authorizations, ...rest } = artefact.payload
      const services = Object.entries(authorizationsOf(artefact.payload)).flatMap(([service, has]) => {
        const name = names.short('service', service)
        return [name, vault.seal(servicePurpose(uid, account, name), [service, has])]
      })
      const payload = authorizations === undefined ? rest : { ...rest, authorizations: {} }
      const values = [
        now.getTime(),
        uid,
        idOf(id),
        artefact.replaces === undefined ? '' : idOf(artefact.replaces),
        account,
        timeText(expiresAt.getTime()),
        vault.seal(rowPurpose(uid, idOf(id)), payload),
      ]
      const [session] = sessionKeys(uid)
      const [saved] = await Promise.all([
        server.script(saveSession, [...sessionKeys(uid), overKey(uid)], [...values, ...services]),
        pointers.set(pointerTo(id), session, lifeOf(expiresAt, now)),
      ])
      return saved === 1 ? 'saved' : 'ended'
    },

    async rememberEnd(uid, until) {
      const key = overKey(names.hash('uid', uid))
      await server.run('SET', key, until.getTime(), 'PX', lifeOf(until, clock()))
    },

    async isOver(uid) {
      return Number(await server.run('GET', overKey(names.hash('uid', uid)))) > clock().getTime()
    },

    async find(id) {
      const rowIn = (value: unknown) => alive(readSession(value)).find(row => row.id === idOf(id))
      const { target, value } = await pointers.follow(pointerTo(id), 'HGETALL', answer => rowIn(answer) !== undefined)
      return found(hashOfSession(target), readSession(value), rowIn(value))
    },

    async findByUid(uid) {
      const hash = names.hash('uid', uid)
      const state = readSession(await server.run('HGETALL', sessionKeys(hash)[0]))
      return found(hash, state, alive(state)[0])
    },

    async end(id) {
      const target = await pointers.get(pointerTo(id))
      if (target === undefined) return
      const uid = hashOfSession(target)
      await server.script(endSessionRow, sessionKeys(uid), [clock().getTime(), uid, idOf(id)])
    },

    async ofAccount(uid, account) {
      const state = readSession(await server.run('HGETALL', sessionKeys(uid)[0]))
      const session = told(
        uid,
        state,
        alive(state).find(row => row.account === account),
      )
      return session && { ...session, beganAt: state.beganAt }
    },

    async endOf(uid, account) {
      const fields = await server.script(endSessionOf, sessionKeys(uid), [clock().getTime(), uid, account])
      const state = readSession(fields)
      return told(
        uid,
        state,
        alive(state).find(row => row.account === account),
      )
    },

    read(answer, uid, account) {
      const state = readSession(answer)
      return told(
        uid,
        state,
        state.rows.find(row => row.account === account && row.sealed !== ''),
      )
    },
  }
}

const hashOfSession = (key: string | undefined): string => key?.slice(key.lastIndexOf(':') + 1) ?? ''
