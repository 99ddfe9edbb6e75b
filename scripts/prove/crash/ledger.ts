/** What lies in the store, read through its contracts: events, holders, jobs, and what the audit says of itself. */
import type { AuditEvent, AuditEventName } from '../../../src/audit/events.ts'
import { verifyAudit } from '../../../src/audit/verify.ts'
import { auditChainOf } from '../../../src/foundations.ts'
import { makeLookup } from '../../../src/protection/lookup.ts'
import type { AccountRecord } from '../../../src/stores/contracts.ts'
import type { World } from '../world/world.ts'

const PAGE = 500
const aboutWhom = ({ details }: AuditEvent): string | undefined => ('account' in details ? details.account : undefined)

const SOUND: ReadonlySet<string> = new Set(['intact', 'noCheckpoint', 'purged'])

export type Ledger = ReturnType<typeof makeLedger>

export const makeLedger = ({ foundations }: Pick<World, 'foundations'>) => {
  const { stores, configuration } = foundations
  const { keys } = configuration
  const lookup = makeLookup({ ring: keys.lookup, index: keys.index })
  const read = new Map<string, AuditEvent[]>()
  const seen = new Set<string>()

  /** Only what was added since the last look is read again. */
  const readOn = async (): Promise<readonly AuditEvent[]> => {
    for (const { segment } of await stores.audit.segments()) {
      const known = read.get(segment) ?? []
      for (;;) {
        const entries = await stores.audit.read(segment, known.length + 1, PAGE)
        const events = entries.map(({ text }) => JSON.parse(text) as AuditEvent)
        known.push(...events)
        for (const event of events) seen.add(`${event.name} ${aboutWhom(event)}`)
        if (entries.length < PAGE) break
      }
      read.set(segment, known)
    }
    return [...read.values()].flat()
  }

  let reading: Promise<readonly AuditEvent[]> = Promise.resolve([])
  /** One after the other, though several look at once. */
  const events = (): Promise<readonly AuditEvent[]> => {
    reading = reading.then(readOn, readOn)
    return reading
  }

  const holder = (nir: string): Promise<AccountRecord | undefined> => stores.accounts.findHolder(lookup.nir(nir))

  return {
    events,
    holder,

    /** What was read before is read again: it may have been lost since. */
    forget(): void {
      read.clear()
      seen.clear()
    },

    claims: (nir: string) => stores.accounts.findClaims(lookup.nir(nir)),

    /** Events of that name about the account. */
    async count(name: AuditEventName, account: string): Promise<number> {
      return (await events()).filter(event => event.name === name && aboutWhom(event) === account).length
    },

    /** Whether there is one at least: what was read before is not read again. */
    async has(name: AuditEventName, account: string): Promise<boolean> {
      if (!seen.has(`${name} ${account}`)) await events()
      return seen.has(`${name} ${account}`)
    },

    /** Segments that are neither intact nor merely unfinished. */
    async damaged(): Promise<readonly string[]> {
      const found: string[] = []
      for await (const { segment, verdict } of verifyAudit(stores.audit, keys.audit.map(auditChainOf)))
        if (!SOUND.has(verdict.kind)) found.push(`${segment}: ${verdict.kind}`)
      return found
    },

    /** Numbers that more than one open account says to hold, of all the accounts that signed up. */
    async twiceHeld(enrolled: readonly string[] = []): Promise<number> {
      const signedUp = (await events()).flatMap(event =>
        event.name === 'signUp.requested' || event.name === 'signUp.federated' ? [event.details.account] : [],
      )
      const open = new Map<string, number>()
      for (const id of new Set([...signedUp, ...enrolled])) {
        const account = await stores.accounts.find(id)
        const key = account?.nirKeys[0]?.value
        if (!key || (account?.status !== 'active' && account?.status !== 'suspended')) continue
        open.set(key, (open.get(key) ?? 0) + 1)
      }
      return [...open.values()].filter(count => count > 1).length
    },
  }
}
