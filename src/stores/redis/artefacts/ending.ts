import type { AccountId, SessionFound } from '../../contracts.ts'
import type { Server } from '../connection/server.ts'
import { everyTag } from '../keys.ts'
import type { Sessions } from '../sessions/sessions.ts'
import type { Indexes } from './indexes.ts'
import { accountIndex, grantIndex, type Member, type Names, rowKey, serviceIndex } from './names.ts'
import { endedRow } from './rows.ts'
import { endGrant } from './scripts.ts'

/** How long a row that was ended is marked so: far longer than a save of it can be on its way, in ms. */
const marked = 60_000
/** Tags that are looked at together. */
const together = 64

export type EndingNeeds = {
  readonly server: Server
  readonly names: Names
  readonly indexes: Indexes
  readonly sessions: Sessions
  readonly clock: () => Date
}

/** Ends many things in bounded batches: each is ended before it leaves its index, so that doing it again finishes what was cut. */
export type Ending = {
  rows(hashes: readonly string[]): Promise<void>
  /** The Grant, remembered as ended until then, and what came from it. */
  grant(grant: string, until?: Date): Promise<void>
  /** What came from the Grant under that model. */
  ofGrant(grant: string, model: string): Promise<void>
  account(accountId: AccountId): Promise<readonly SessionFound[]>
  service(serviceId: string, accountId?: AccountId): Promise<void>
}

export const makeEnding = ({ server, names, indexes, sessions, clock }: EndingNeeds): Ending => {
  const everything = (): boolean => true

  const rows = async (hashes: readonly string[]): Promise<void> => {
    const mark = endedRow(clock().getTime() + marked)
    await Promise.all(hashes.map(hash => server.run('SET', rowKey(hash), mark, 'PX', marked)))
  }

  const grant = async (hash: string, until?: Date): Promise<void> => {
    const till = until?.getTime() ?? ''
    await server.script(endGrant, [rowKey(hash)], [clock().getTime(), till])
    await indexes.drain(grantIndex(hash), everything, members => rows(members.map(each => each.hash)))
  }

  const grantsAndRows = async (members: readonly Member[]): Promise<void> => {
    const grants = members.filter(({ model }) => model === 'Grant')
    const others = members.filter(({ model }) => model !== 'Grant' && model !== 'Session')
    await Promise.all([rows(others.map(({ hash }) => hash)), ...grants.map(({ hash }) => grant(hash))])
  }

  const serviceIn = (tag: string, service: string): Promise<void> =>
    indexes.drain(serviceIndex(tag, service), everything, grantsAndRows)

  return {
    rows,
    grant,

    ofGrant: (hash, model) =>
      indexes.drain(
        grantIndex(hash),
        member => member.model === model,
        members => rows(members.map(each => each.hash)),
      ),

    async account(accountId) {
      const account = names.short('account', accountId)
      const ended: SessionFound[] = []
      await indexes.drain(accountIndex(names.hash('account', accountId)), everything, async members => {
        const uids = members.filter(({ model }) => model === 'Session').map(({ hash }) => hash)
        const [were] = await Promise.all([
          Promise.all(uids.map(uid => sessions.endOf(uid, account))),
          grantsAndRows(members),
        ])
        ended.push(...were.filter(session => session !== undefined))
      })
      return ended
    },

    async service(serviceId, accountId) {
      if (accountId !== undefined) {
        const service = names.short('service', serviceId)
        const index = accountIndex(names.hash('account', accountId))
        await indexes.drain(index, member => member.service === service, grantsAndRows)
        return
      }
      const service = names.hash('service', serviceId)
      for (let from = 0; from < everyTag.length; from += together)
        await Promise.all(everyTag.slice(from, from + together).map(tag => serviceIn(tag, service)))
    },
  }
}
