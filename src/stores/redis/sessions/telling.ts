import type { SessionFound } from '../../contracts.ts'
import { type Names, sessionKeys, untoldOf } from '../artefacts/names.ts'
import type { Server } from '../connection/server.ts'
import { everyTag } from '../keys.ts'
import { forgetSession, leaseDue, leaseSession } from './scripts.ts'
import type { Sessions } from './sessions.ts'

/** Another process may take what was counted: so many looks at most. */
const mostLooks = 50

const shuffled = <T>(things: readonly T[]): readonly T[] =>
  things
    .map(thing => ({ thing, at: Math.random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ thing }) => thing)

/** Expired sessions whose services are to be told: kept a day at most after their end, in an order for each tag. */
export const makeTelling = (server: Server, names: Names, sessions: Sessions) => {
  const dueByTag = async (now: Date): Promise<readonly { tag: string; count: number }[]> => {
    const counts = await Promise.all(
      everyTag.map(async tag => ({
        tag,
        count: Number(await server.run('ZCOUNT', untoldOf(tag), '-inf', now.getTime())),
      })),
    )
    return shuffled(counts.filter(({ count }) => count > 0))
  }

  const leaseOne = async (member: string, now: Date, until: Date): Promise<SessionFound | undefined> => {
    const [uid = '', account = ''] = member.split('.')
    const values = [now.getTime(), uid, account, until.getTime()]
    return sessions.read(await server.script(leaseSession, sessionKeys(uid), values), uid, account)
  }

  const leaseIn = async (tag: string, now: Date, until: Date, limit: number): Promise<readonly SessionFound[]> => {
    const due = await server.script(leaseDue, [untoldOf(tag)], [now.getTime(), until.getTime(), limit])
    const leased = await Promise.all((due as readonly string[]).map(member => leaseOne(member, now, until)))
    return leased.filter(session => session !== undefined)
  }

  return {
    async lease(now: Date, until: Date, limit: number): Promise<readonly SessionFound[]> {
      const leased: SessionFound[] = []
      for (let look = 0; look < mostLooks && leased.length < limit; look += 1) {
        const due = await dueByTag(now)
        if (due.length === 0) break
        let left = limit - leased.length
        const shares = due.map(({ tag, count }) => {
          const share = Math.min(count, left)
          left -= share
          return share > 0 ? leaseIn(tag, now, until, share) : []
        })
        leased.push(...(await Promise.all(shares)).flat())
      }
      return leased
    },

    async forget(uid: string, now: Date): Promise<void> {
      const hash = names.hash('uid', uid)
      await server.script(forgetSession, sessionKeys(hash), [now.getTime(), hash])
    },
  }
}
