/** The human contact's commands about a number that two claim. The number itself is never shown. */
import type { Cases } from '../accounts/cases/cases.ts'
import type { CaseVerdict } from '../stores/contracts-cases.ts'
import { actorOf, actorOption, reasonOf, reasonOption } from './actor.ts'
import { lineOf, textOf } from './cases-shown.ts'
import { type Arguments, type Command, type Terminal, UsageError } from './command.ts'
import { withStores } from './compose.ts'

const json = { type: 'boolean', meaning: 'Prints JSON.' } as const
const acting = { ...reasonOption, ...actorOption }
const positionals = ['reference']

const VERDICTS: { readonly [typed: string]: CaseVerdict } = {
  'same-person': 'samePerson',
  'number-moves': 'numberMoves',
  keep: 'keep',
  'close-both': 'closeBoth',
}

const withCases = async (terminal: Terminal, act: (cases: Cases) => Promise<number>): Promise<number> => {
  // they know the protocol, whose library takes longer to load than most commands take
  const { openCases } = await import('./agents.ts')
  return withStores(terminal.env, async opened => act(await openCases(opened)))
}

/** As people read it aloud: small letters and spaces will do. */
const referenceOf = (args: Arguments): string => args.positional(0).toUpperCase().replaceAll(/\s+/g, '-')

const actOf = (args: Arguments) => ({ id: referenceOf(args), actor: actorOf(args), reason: reasonOf(args) })

/** Where two agents act: each by a code of their own. */
const actOfTwo = (args: Arguments) => {
  if (args.text('actor') === undefined)
    throw new UsageError('--actor expected: a number moves by two agents, each with a code of their own.')
  return actOf(args)
}

const refuse = (terminal: Terminal, sentence: string): number => {
  terminal.err(`${sentence} Nothing was done.\n`)
  return 1
}

const UNKNOWN = 'No case has this reference.'

const list: Command = {
  name: 'cases list',
  summary: 'Lists the cases that are not closed, oldest first.',
  options: { json },
  run: (args, terminal) =>
    withCases(terminal, async cases => {
      const open = await cases.agents.list()
      if (args.flag('json')) terminal.out(`${JSON.stringify(open)}\n`)
      else terminal.out(open.length === 0 ? 'No case is open.\n' : open.map(lineOf).join(''))
      return 0
    }),
}

const show: Command = {
  name: 'cases show',
  summary: 'Shows a case: comparisons, ages, masked contacts, and what each of the two answered.',
  details: 'Each use is audited with its reason. A comparison is « agrees », « unknown » or « differs ».',
  positionals,
  options: { ...acting, json },
  run: async (args, terminal) => {
    const { id, ...by } = actOf(args)
    return withCases(terminal, async cases => {
      const shown = await cases.agents.show(id, by)
      if (!shown) return refuse(terminal, UNKNOWN)
      terminal.out(args.flag('json') ? `${JSON.stringify(shown)}\n` : textOf(shown))
      return 0
    })
  },
}

const decide: Command = {
  name: 'cases decide',
  summary: 'Decides a case. Both people are told; it takes effect after the delay in which they may contest it.',
  details: `--as same-person: the claimant's verified identity becomes the only way in to the account that holds the number.
--as number-moves: the number alone goes to the claimant's account; a second agent confirms it (« cases confirm »).
--as keep: nothing changes.   --as close-both: both accounts are closed, and the number is free.`,
  positionals,
  options: {
    as: { type: 'string', value: 'verdict', meaning: `One of ${Object.keys(VERDICTS).join(', ')}. Required.` },
    ...acting,
  },
  run: async (args, terminal) => {
    const typed = args.text('as') ?? ''
    const verdict = Object.hasOwn(VERDICTS, typed) ? VERDICTS[typed] : undefined
    if (!verdict) throw new UsageError(`--as expected one of ${Object.keys(VERDICTS).join(', ')}.`)
    const act = verdict === 'numberMoves' ? actOfTwo(args) : actOf(args)
    return withCases(terminal, async cases => {
      const outcome = await cases.decide(act, verdict)
      switch (outcome.kind) {
        case 'decided':
          terminal.out(`${act.id}: decided; it takes effect on ${outcome.effectiveAt.toISOString()}, unless undone.\n`)
          return 0
        case 'toConfirm':
          terminal.out(
            `${act.id}: decided; a second agent confirms it with « cases confirm ». Nobody is told until then.\n`,
          )
          return 0
        case 'alreadyDecided':
          return refuse(terminal, 'This case is decided already: « cases undo » first.')
        case 'notOpen':
          return refuse(terminal, 'This case is not open.')
        case 'unknown':
          return refuse(terminal, UNKNOWN)
      }
    })
  },
}

const confirm: Command = {
  name: 'cases confirm',
  summary: 'Confirms, as a second agent, that a number moves. Both people are told, and the delay begins.',
  positionals,
  options: acting,
  run: async (args, terminal) => {
    const act = actOfTwo(args)
    return withCases(terminal, async cases => {
      const outcome = await cases.confirm(act)
      switch (outcome.kind) {
        case 'decided':
          terminal.out(
            `${act.id}: confirmed; it takes effect on ${outcome.effectiveAt.toISOString()}, unless undone.\n`,
          )
          return 0
        case 'sameAgent':
          return refuse(terminal, 'Whoever decided does not confirm: another agent does, with a --actor of their own.')
        case 'nothingToConfirm':
          return refuse(terminal, 'Nothing is to be confirmed in this case.')
        case 'unknown':
          return refuse(terminal, UNKNOWN)
      }
    })
  },
}

const undo: Command = {
  name: 'cases undo',
  summary: 'Undoes a decision that has not taken effect: the case is open again, and both people are told.',
  positionals,
  options: acting,
  run: async (args, terminal) => {
    const act = actOf(args)
    return withCases(terminal, async cases => {
      const { kind } = await cases.undo(act)
      if (kind === 'unknown') return refuse(terminal, UNKNOWN)
      if (kind === 'nothingToUndo') return refuse(terminal, 'No decision of this case can be undone.')
      terminal.out(`${act.id}: the decision is undone; the case is open again.\n`)
      return 0
    })
  },
}

export const caseCommands: readonly Command[] = [list, show, decide, confirm, undo]
