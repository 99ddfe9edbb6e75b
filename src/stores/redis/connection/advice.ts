/** What the servers' settings mean for people, in words for the operator. */
import type { Inspected } from './inspect.ts'

/** Without them nothing works; `production` refuses too what would lose a person's data by design. */
export const unusable = (servers: readonly Inspected[], place: string, production: boolean): string | undefined => {
  for (const { version, mode, role, eviction } of servers) {
    if (version[0] < 6 || (version[0] === 6 && version[1] < 2))
      return `Redis at ${place} is version ${version.join('.')}: Guichet needs 6.2 or later.`
    if (role !== 'master') return `Redis at ${place} is a replica, which refuses writes: give its master's address.`
    if (mode === 'cluster' && !place.startsWith('the Cluster'))
      return `Redis at ${place} is a node of a Cluster: write the URL as redis+cluster://host:port,host:port.`
    if (production && evicts(eviction)) return evicting(place, eviction)
  }
  return undefined
}

const evicts = (policy: string): boolean => policy !== 'noeviction' && policy !== ''

const evicting = (place: string, policy: string): string =>
  `Redis at ${place} throws keys away when its memory is full (maxmemory-policy ${policy}): people would be signed out, and a code or a mailed link be used twice. Set maxmemory-policy to noeviction.`

const forgetful = (place: string): string =>
  `Redis at ${place} keeps nothing on disk (appendonly no): a restart signs everybody out, and forgets which codes were used and which waits run. Set appendonly to yes and appendfsync to always.`

const lastSecond = (place: string, flush: string | undefined): string =>
  `Redis at ${place} ${flush === undefined ? 'does not say when it writes to disk' : `writes to disk later than it answers (appendfsync ${flush})`}: a crash may undo its last moments. A code or a refresh token used in them could be used again, a try at a password be forgotten, a session begun in them be lost. What a person or an agent ended does not come back: that is decided elsewhere. Set appendfsync to always.`

const failover = (place: string): string =>
  `Redis at ${place} has replicas, which follow a moment behind: a failover may undo that moment, as a crash may. The use of a code or of a refresh token is answered once a replica has it, or after a tenth of a second without: then it goes on, and a failover at that moment could let it be used again.`

/** One sentence for each thing, however many servers it is true of. */
export const adviceOf = (servers: readonly Inspected[], place: string, followed: boolean): readonly string[] => [
  ...new Set(
    servers.flatMap(({ eviction, log, flush }) => [
      ...(evicts(eviction) ? [evicting(place, eviction)] : []),
      ...(log ? [] : [forgetful(place)]),
      ...(log && flush !== 'always' ? [lastSecond(place, flush)] : []),
    ]),
  ),
  ...(followed ? [failover(place)] : []),
]
