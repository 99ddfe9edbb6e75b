/** How events become text, and how each text is chained to the former ones. The key is held outside the database. */
import { createHmac, createSecretKey } from 'node:crypto'
import type { AuditCheckpoint } from '../stores/contracts.ts'
import type { AuditEvent } from './events.ts'

/** HMAC (base64url) over the former chain value and a text. */
export type AuditChain = (previous: string, text: string) => string

/** `key` is one derived for the audit; the ring's others only serve to verify (makeAuditVerifiers). */
export const makeAuditChain = (key: Uint8Array): AuditChain => {
  const secret = createSecretKey(key)
  // A chain value holds no line feed, so two pairs (previous, text) never read the same.
  return (previous, text) => createHmac('sha256', secret).update(`${previous}\n${text}`).digest('base64url')
}

/** Where a segment's chain begins: its name, so that entries never pass from one segment to another. */
export const chainStart = (segment: string): string => `segment:${segment}`

const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null || value instanceof Date) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, item]) => item !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, item]) => [name, sorted(item)]),
  )
}

/** Canonical: keys in order, nothing undefined, so that the same event is always the same text. */
export const eventText = (event: AuditEvent): string => JSON.stringify(sorted(event))

/** Signs that a segment ended with this many entries and this chain. */
export const signCheckpoint = (chain: AuditChain, checkpoint: Omit<AuditCheckpoint, 'signature'>): string =>
  chain(
    'checkpoint',
    JSON.stringify([checkpoint.segment, checkpoint.count, checkpoint.chain, checkpoint.closedAt.getTime()]),
  )
