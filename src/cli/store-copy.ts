import { type CopyOutcome, type CopyRequest, type Counts, type KindName, makeCopy } from '../moving/copy.ts'
import { stays } from '../operations/occupancy.ts'
import { makeEnvelope } from '../protection/envelope.ts'
import { makeLookup } from '../protection/lookup.ts'
import { actorOf, actorOption } from './actor.ts'
import { type Arguments, type Command, type Terminal, UsageError } from './command.ts'
import { withBothStores } from './compose.ts'
import { interruptible } from './interruption.ts'
import { makeSaying } from './progress.ts'

const kinds = ['embedded', 'mongo'] as const
type Kind = (typeof kinds)[number]

const details = `Accounts, consents, services, the outbox and the audit, from GUICHET_DATA_DIR to the database of GUICHET_MONGO_URL or
back, under the same keys. Stop every server before: a store in use is refused, and servers are refused until the copy
has ended. The target is empty: « store prepare » makes it for MongoDB, a new directory will do for the embedded store.
Each record is read again where it was put and compared, all are counted, and a sample is opened with the keys.
Stopped by Ctrl-C or a crash, it is run again, passes quickly over what is there and goes on. The source stays as it is.`

/** What is left behind, as people and services will see it. */
const notMoved = `Not moved, for it expires by itself: people sign in again, and services ask them to, for sessions, codes and tokens (refresh
tokens too) stay behind; what is half-way (a sign-in, a form being filled in) begins again; counts of tries begin at zero.
Mailed links still work, and so do services' ids, secrets and the subjects they know people by.
Never serve from the former store again: what it would take in then is in one of the two only.\n`

const words: { readonly [name in KindName]: string } = {
  accounts: 'accounts',
  consents: 'consents',
  cases: 'cases',
  services: 'services',
  jobs: 'jobs of the outbox',
  entries: 'events of the audit',
  segments: 'segments of the audit',
}

const kindOf = (args: Arguments, option: 'from' | 'to'): Kind => {
  const kind = kinds.find(name => name === args.text(option))
  if (!kind) throw new UsageError(`--${option} expected one of ${kinds.join(', ')}.`)
  return kind
}

const countsText = (counts: Counts): string =>
  Object.entries(words)
    .map(([name, word]) => `${counts[name as KindName]} ${word}`)
    .join(', ')

const refusalOf = (outcome: Exclude<CopyOutcome, { kind: 'copied' | 'already' }>): string => {
  switch (outcome.kind) {
    case 'stopped':
      return 'Stopped: run it again to go on where it was. Until then no server starts on the target.'
    case 'inUse':
      return `The ${outcome.store} is in use: stop every server and command that has it open. One that died counts for ${stays.using.forMs / 1000} seconds.`
    case 'anotherCopy':
      return 'Another copy is at work on these stores: wait until it ends.'
    case 'nothing':
      return 'The source holds nothing: see that its address or directory is the right one.'
    case 'notEmpty':
      return 'The target is not empty, and what it holds is no copy begun from this source: name an empty one.'
    case 'differs':
      return `The target keeps other ${words[outcome.what]} than the source, which may have been used since the copy began: empty the target and copy again.`
    case 'unreadable':
      return `The ${words[outcome.what]} that were copied cannot be opened with these keys: give the keys of the source.`
  }
}

/** What a copy tells while it runs. */
const tellingTo = ({ err }: Terminal): Pick<CopyRequest, 'waiting' | 'progress'> => {
  const sayings = new Map<KindName, (looked: number) => void>()
  return {
    waiting: () => err('Another copy is at work, or was killed a moment ago: waiting for it…\n'),
    progress: (what, looked, total) => {
      const saying = sayings.get(what) ?? makeSaying(total, words[what], err)
      sayings.set(what, saying)
      saying(looked)
    },
  }
}

/** Gives the exit code. */
const tell = (outcome: CopyOutcome, { out, err }: Terminal): number => {
  if (outcome.kind === 'already') {
    out(`All of it was copied on ${outcome.at}: nothing was done. What came to the source since is not there.\n`)
    return 0
  }
  if (outcome.kind !== 'copied') {
    err(`${refusalOf(outcome)}\n`)
    return 1
  }
  out(`Copied and verified: ${countsText(outcome.counts)}.\n\n${notMoved}`)
  return 0
}

export const copyStore: Command = {
  name: 'store copy',
  summary: 'Copies all that lasts from one store to another, while no server runs.',
  details,
  options: {
    from: { type: 'string', value: 'store', meaning: 'Where it is: embedded or mongo.' },
    to: { type: 'string', value: 'store', meaning: 'Where it goes: mongo or embedded.' },
    ...actorOption,
  },
  async run(args, terminal) {
    const [from, to] = [kindOf(args, 'from'), kindOf(args, 'to')]
    if (from === to) throw new UsageError('--from and --to expected two different stores.')
    const actor = actorOf(args)
    const outcome = await withBothStores(terminal.env, { from, to }, ({ source, target, configuration, clock }) => {
      const { personal, lookup, index } = configuration.keys
      const copy = makeCopy({
        ...{ source, target, clock },
        envelope: makeEnvelope(personal),
        lookup: makeLookup({ ring: lookup, index }),
      })
      return interruptible(signal => copy({ from, to, actor, signal, ...tellingTo(terminal) }))
    })
    return tell(outcome, terminal)
  },
}
