import { startFaultText } from '../operations/errors.ts'
import { readVersion } from '../operations/version.ts'
import { StoreAway } from '../stores/contracts.ts'
import { type Command, readArguments, type Terminal, UsageError } from './command.ts'
import { commands } from './commands.ts'
import { commandHelp, generalHelp } from './help.ts'

const namesOf = (list: readonly Command[]): string => list.map(({ name }) => name).join(', ')

const wantsHelp = (word: string | undefined): boolean => word === '--help' || word === '-h' || word === 'help'

const dispatch = async (typed: readonly string[], terminal: Terminal): Promise<number> => {
  const [first, second] = typed
  if (first === '--version' || first === '-v') {
    terminal.out(`${readVersion()}\n`)
    return 0
  }
  if (wantsHelp(first)) {
    terminal.out(generalHelp(commands))
    return 0
  }
  const group = commands.filter(({ name }) => name.split(' ')[0] === first)
  const whole = group.find(({ name }) => name === first || name === `${first} ${second}`)
  if (!whole && group.length > 0 && wantsHelp(second)) {
    terminal.out(generalHelp(group, first))
    return 0
  }
  if (!whole) throw new UsageError(`Expected one of the commands: ${namesOf(group.length > 0 ? group : commands)}.`)
  const args = readArguments(whole, typed.slice(whole.name.split(' ').length))
  if (args !== 'help') return whole.run(args, terminal)
  terminal.out(commandHelp(whole))
  return 0
}

/** Runs one command. Exit codes: 0 done, 1 could not be done, 2 mistyped; a sentence on standard error tells why. */
export const run = async (typed: readonly string[], terminal: Terminal): Promise<number> => {
  try {
    return await dispatch(typed, terminal)
  } catch (fault) {
    if (fault instanceof UsageError) {
      terminal.err(`${fault.message}\n`)
      return 2
    }
    if (fault instanceof StoreAway) {
      terminal.err(`${fault.message}: see that it runs, then give the command again.\n`)
      return 1
    }
    terminal.err(`${startFaultText(fault)}\n`)
    return 1
  }
}
