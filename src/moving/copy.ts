/** Everything that lasts, from one store to another that nobody uses, while nobody uses either. */
import { makeAudit } from '../audit/log.ts'
import type { LastingKinds, LastingStore } from '../stores/contracts-lasting.ts'
import { takeAlone } from './alone.ts'
import { copyKind, type KindOutcome } from './kind.ts'
import { copyMarkOf, idOfStore, markBegun, markWhole, refuseHalfCopied } from './marks.ts'
import { makeSample, type SampleNeeds } from './sample.ts'

export type KindName = keyof LastingKinds
export type Counts = { readonly [name in KindName]: number }

export type CopyOutcome =
  | { readonly kind: 'copied'; readonly counts: Counts }
  /** All of it was there. Nothing was done: the target may have been used since. */
  | { readonly kind: 'already'; readonly at: string }
  /** Run again, it goes on where it was. */
  | { readonly kind: 'stopped' }
  /** Servers or commands have it open, or one that died did a moment ago. */
  | { readonly kind: 'inUse'; readonly store: 'source' | 'target' }
  | { readonly kind: 'anotherCopy' }
  | { readonly kind: 'nothing' }
  /** The target holds what came from elsewhere. */
  | { readonly kind: 'notEmpty' }
  /** What the target keeps is not what the source has, or cannot be read: it is not to be used. */
  | { readonly kind: 'differs' | 'unreadable'; readonly what: KindName }

export type CopyNeeds = Omit<SampleNeeds, 'accounts'> & {
  readonly source: LastingStore
  readonly target: LastingStore
  readonly clock: () => Date
}

type StoreKind = 'embedded' | 'mongo'

export type CopyRequest = {
  readonly from: StoreKind
  readonly to: StoreKind
  readonly actor: string
  /** Another copy is at work, or was killed a moment ago: this one waits for it. */
  readonly waiting: () => void
  readonly progress: (what: KindName, looked: number, total: number) => void
  readonly signal: AbortSignal
}

const countAll = async ({ kinds }: LastingStore): Promise<Counts> => ({
  accounts: await kinds.accounts.count(),
  consents: await kinds.consents.count(),
  cases: await kinds.cases.count(),
  services: await kinds.services.count(),
  jobs: await kinds.jobs.count(),
  entries: await kinds.entries.count(),
  segments: await kinds.segments.count(),
})

const isNothing = (counts: Counts): boolean => Object.values(counts).every(count => count === 0)

const names: readonly KindName[] = ['accounts', 'consents', 'cases', 'services', 'jobs', 'entries', 'segments']

export const makeCopy = ({ source, target, envelope, lookup, clock }: CopyNeeds) => {
  const isReadable = makeSample({ envelope, lookup, accounts: target.accounts })

  /** Whether this copy may begin, or go on. */
  const begin = async (): Promise<CopyOutcome | 'begun'> => {
    await refuseHalfCopied(source.facts)
    const from = await idOfStore(source.facts)
    const mark = await copyMarkOf(target.facts)
    if (mark.kind !== 'none' && mark.from !== from) return { kind: 'notEmpty' }
    if (mark.kind === 'whole') return { kind: 'already', at: mark.at }
    if (mark.kind === 'begun') return 'begun'
    if (!isNothing(await countAll(target))) return { kind: 'notEmpty' }
    if (isNothing(await countAll(source))) return { kind: 'nothing' }
    await markBegun(target.facts, from)
    return 'begun'
  }

  /** The source is complete, and its audit says that it was copied: the copy holds that too. */
  const readySource = async ({ from, to, actor }: CopyRequest): Promise<void> => {
    await source.settle()
    const audit = makeAudit({ store: source.audit, clock })
    await audit.record('store.copied', { from, to, actor })
    await source.audit.close(clock(), true)
  }

  const copyAll = async (counts: Counts, { progress, signal }: CopyRequest): Promise<CopyOutcome | 'copied'> => {
    const { kinds: from } = source
    const { kinds: to } = target
    const of = (what: KindName) => ({
      signal,
      progress: (looked: number) => progress(what, looked, counts[what]),
    })
    const copies: { readonly [name in KindName]: () => Promise<KindOutcome> } = {
      accounts: () => copyKind(from.accounts, to.accounts, { ...of('accounts'), isReadable }),
      consents: () => copyKind(from.consents, to.consents, of('consents')),
      cases: () => copyKind(from.cases, to.cases, of('cases')),
      services: () => copyKind(from.services, to.services, of('services')),
      jobs: () => copyKind(from.jobs, to.jobs, of('jobs')),
      entries: () => copyKind(from.entries, to.entries, of('entries')),
      segments: () => copyKind(from.segments, to.segments, of('segments')),
    }
    for (const what of names) {
      const outcome = await copies[what]()
      if (outcome === 'stopped') return { kind: 'stopped' }
      if (outcome !== 'copied') return { kind: outcome, what }
    }
    return 'copied'
  }

  const copy = async (request: CopyRequest): Promise<CopyOutcome> => {
    const begun = await begin()
    if (begun !== 'begun') return begun
    await readySource(request)
    const counts = await countAll(source)
    const copied = await copyAll(counts, request)
    if (copied !== 'copied') return copied
    const kept = await countAll(target)
    const other = names.find(name => kept[name] !== counts[name])
    return other ? { kind: 'differs', what: other } : { kind: 'copied', counts }
  }

  return async (request: CopyRequest): Promise<CopyOutcome> => {
    const alone = await takeAlone({ source: source.occupants, target: target.occupants }, clock, request)
    if (alone.kind !== 'alone') return alone
    try {
      const outcome = await copy(request)
      if (outcome.kind !== 'copied') return outcome
      const used = await alone.isUsed()
      if (used) return { kind: 'inUse', store: used }
      await markWhole(target.facts, clock())
      return outcome
    } finally {
      await alone.leave()
    }
  }
}
