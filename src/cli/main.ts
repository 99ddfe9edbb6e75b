/** The operator's command line: npm run guichet -- <group> <command>. Exit codes: 0 done, 1 could not be done, 2 mistyped. */
import { requireNode, startFaultText } from '../operations/errors.ts'
import { readVersion } from '../operations/version.ts'
import { type Command, readArguments, type Terminal, UsageError } from './command.ts'
import { commands } from './commands.ts'
import { commandHelp, generalHelp } from './help.ts'
import { systemTerminal } from './terminal.ts'

const namesOf = (list: readonly Command[]): string => list.map(({ name }) => name).join(', ')

const wantsHelp = (word: string | undefined): boolean => word === '--help' || word === '-h' || word === 'help'

const run = async (typed: readonly string[], terminal: Terminal): Promise<number> => {
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

try {
  requireNode()
  process.exitCode = await run(process.argv.slice(2), systemTerminal)
} catch (fault) {
  if (fault instanceof UsageError) {
    systemTerminal.err(`${fault.message}\n`)
    process.exitCode = 2
  } else {
    systemTerminal.err(`${startFaultText(fault)}\n`)
    process.exitCode = 1
  }
}
