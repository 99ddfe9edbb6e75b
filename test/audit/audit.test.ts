import { describe, expect, it } from '@jest/globals'
import { type AuditChain, chainStart, eventText, signCheckpoint } from '../../src/audit/chain.ts'
import { makeAudit } from '../../src/audit/log.ts'
import { type SegmentVerdict, verifyAudit } from '../../src/audit/verify.ts'
import type { AuditCheckpoint, AuditEntry, AuditStore } from '../../src/stores/contracts.ts'
import { aKey, anAuditChain } from '../builders/keys.ts'
import { noon } from '../builders/records.ts'

type Segment = { segment: string; count: number; entries: AuditEntry[]; checkpoint: AuditCheckpoint | undefined }

const aSegment = (chain: AuditChain, count = 5, segment = '2026-03-02-p'): Segment => {
  const entries: AuditEntry[] = []
  let last = chainStart(segment)
  for (let sequence = 1; sequence <= count; sequence += 1) {
    const text = eventText({ name: 'account.purged', details: { count: sequence }, at: noon })
    last = chain(last, text)
    entries.push({ segment, sequence, at: noon, text, chain: last })
  }
  const closed = { segment, count, chain: last, closedAt: noon }
  return { segment, count, entries, checkpoint: { ...closed, signature: signCheckpoint(chain, closed) } }
}

const verify = async (segments: Segment[], chains = [anAuditChain()]): Promise<SegmentVerdict[]> => {
  const store: Pick<AuditStore, 'segments' | 'read'> = {
    segments: async () => segments,
    read: async (name, from, limit) =>
      (segments.find(each => each.segment === name)?.entries ?? [])
        .filter(each => each.sequence >= from)
        .slice(0, limit),
  }
  const verdicts: SegmentVerdict[] = []
  for await (const { verdict } of verifyAudit(store, chains)) verdicts.push(verdict)
  return verdicts
}

describe('the verification of the audit', () => {
  const chain = anAuditChain()
  const whole = () => aSegment(chain)

  it('finds a segment intact', async () => {
    expect(await verify([whole()])).toEqual([{ kind: 'intact', count: 5 }])
  })

  it('finds one intact that was closed before its first event', async () => {
    expect(await verify([aSegment(chain, 0)])).toEqual([{ kind: 'intact', count: 0 }])
  })

  it('finds long segments intact too', async () => {
    expect(await verify([aSegment(chain, 2_500)])).toEqual([{ kind: 'intact', count: 2_500 }])
  })

  it('says from where entries are missing, closed or not', async () => {
    const closed = whole()
    closed.entries.length = 3
    expect(await verify([closed])).toEqual([{ kind: 'cut', at: 4 }])
    expect(await verify([{ ...closed, checkpoint: undefined }])).toEqual([{ kind: 'cut', at: 4 }])
  })

  it('says which entry was changed, put in, taken out or moved', async () => {
    const changed = whole()
    changed.entries = changed.entries.map(each =>
      each.sequence === 3 ? { ...each, text: each.text.replace('3', '4') } : each,
    )
    const removed = whole()
    removed.entries.splice(1, 1)
    const swapped = whole()
    swapped.entries = swapped.entries.map(each =>
      each.sequence === 2 || each.sequence === 3 ? { ...each, sequence: 5 - each.sequence } : each,
    )
    swapped.entries.sort((a, b) => a.sequence - b.sequence)
    expect(await verify([changed, { ...removed, segment: 'r' }])).toEqual([
      { kind: 'altered', at: 3 },
      { kind: 'altered', at: 1 },
    ])
    expect(await verify([removed])).toEqual([{ kind: 'altered', at: 2 }])
    expect(await verify([swapped])).toEqual([{ kind: 'altered', at: 2 }])
  })

  it('finds an entry added without the key, and one added with it after the close', async () => {
    const forged = whole()
    forged.entries.push({ segment: forged.segment, sequence: 6, at: noon, text: '{}', chain: 'invented' })
    expect(await verify([forged])).toEqual([{ kind: 'altered', at: 6 }])
    const longer = { ...aSegment(chain, 6), checkpoint: whole().checkpoint }
    expect(await verify([longer])).toEqual([{ kind: 'altered', at: 6 }])
  })

  it('finds a checkpoint that was changed', async () => {
    const { checkpoint, ...segment } = whole()
    if (!checkpoint) throw new Error('no checkpoint')
    expect(await verify([{ ...segment, checkpoint: { ...checkpoint, count: 3 } }])).toEqual([
      { kind: 'checkpointAltered' },
    ])
  })

  it('takes a purge for a purge only while the checkpoint is good', async () => {
    const purged = { ...whole(), entries: [], count: 0 }
    expect(await verify([purged])).toEqual([{ kind: 'purged', count: 5 }])
    expect(await verify([{ ...purged, count: 5 }])).toEqual([{ kind: 'cut', at: 1 }])
  })

  it('opens segments of every key of the ring, and a checkpoint signed under a newer one', async () => {
    const newer = anAuditChain(aKey('a2'))
    const { checkpoint, ...old } = whole()
    if (!checkpoint) throw new Error('no checkpoint')
    const late = { ...old, checkpoint: { ...checkpoint, signature: signCheckpoint(newer, checkpoint) } }
    expect(await verify([whole(), { ...late }], [newer, chain])).toEqual([
      { kind: 'intact', count: 5 },
      { kind: 'intact', count: 5 },
    ])
    expect((await verify([whole()], [newer]))[0]?.kind).toBe('checkpointAltered')
  })
})

describe('an event', () => {
  it('is the same text whatever the order in which it was written', () => {
    const at = noon
    expect(eventText({ name: 'signIn.refused', details: { reason: 'password', account: 'a' }, at })).toBe(
      eventText({ at, details: { account: 'a', reason: 'password' }, name: 'signIn.refused' }),
    )
    expect(eventText({ name: 'recovery.requested', details: {}, at, request: 'r' })).toBe(
      '{"at":"2026-03-02T12:00:00.000Z","details":{},"name":"recovery.requested","request":"r"}',
    )
  })

  it('carries the moment and the request, and is recorded as it was made', async () => {
    const written: unknown[] = []
    const store = { append: async (events: readonly unknown[]) => void written.push(...events) }
    const audit = makeAudit({ store, clock: () => noon })
    expect(audit.event('account.purged', { count: 2 })).toEqual({
      name: 'account.purged',
      details: { count: 2 },
      at: noon,
    })
    await audit.record('recovery.requested', { account: 'a' }, 'request')
    expect(written).toEqual([{ name: 'recovery.requested', details: { account: 'a' }, at: noon, request: 'request' }])
  })
})
