import type { Server } from '../connection/server.ts'
import { lifeOf } from '../life.ts'
import { type Member, parseMember } from './names.ts'
import { timeText } from './rows.ts'
import { addToIndex } from './scripts.ts'

const page = 200
/** An index grows while it is walked only by what is saved meanwhile: so many pages are more than any has. */
const mostPages = 100_000

export type Indexes = {
  add(index: string, member: string, expiresAt: Date): Promise<void>
  /** Ends the members that are wanted, then takes them out: whoever dies half-way leaves them to the next. */
  drain(
    index: string,
    wanted: (member: Member) => boolean,
    end: (members: readonly Member[]) => Promise<void>,
  ): Promise<void>
  /** Those that have not expired, the last to expire first. */
  standing(index: string, limit: number): Promise<readonly Member[]>
}

export const makeIndexes = (server: Server, clock: () => Date): Indexes => {
  const members = async (answer: Promise<unknown>): Promise<readonly Member[]> =>
    ((await answer) as readonly string[]).map(parseMember)

  return {
    async add(index, member, expiresAt) {
      const now = clock()
      const values = [member, timeText(expiresAt.getTime()), now.getTime(), lifeOf(expiresAt, now)]
      await server.script(addToIndex, [index], values)
    },

    async drain(index, wanted, end) {
      let kept = 0
      for (let nth = 0; nth < mostPages; nth += 1) {
        const found = await members(server.run('ZRANGE', index, kept, kept + page - 1))
        const chosen = found.filter(wanted)
        if (chosen.length > 0) {
          await end(chosen)
          await server.run('ZREM', index, ...chosen.map(({ text }) => text))
        }
        kept += found.length - chosen.length
        if (found.length < page) return
      }
    },

    standing: (index, limit) =>
      members(server.run('ZREVRANGEBYSCORE', index, '+inf', `(${clock().getTime()}`, 'LIMIT', 0, limit)),
  }
}
