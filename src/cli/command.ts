/** What a command of the command line is, and how its arguments are read. */
import { type ParseArgsOptionsConfig, parseArgs } from 'node:util'
import type { Environment } from '../config/load.ts'

export type Option = {
  readonly type: 'string' | 'boolean'
  readonly multiple?: boolean
  /** How its value is shown in help: `uri`, `text`. */
  readonly value?: string
  readonly meaning: string
}

/** Where a command reads and writes. `line` reads one line of standard input, unseen on a terminal. */
export type Terminal = {
  out(text: string): void
  err(text: string): void
  line(prompt: string): Promise<string>
  readonly env: Environment
}

export type Arguments = {
  text(option: string): string | undefined
  texts(option: string): readonly string[] | undefined
  flag(option: string): boolean | undefined
  /** A positional that the command declares: present once arguments are parsed. */
  positional(index: number): string
}

export type Command = {
  /** As typed: `services add`. */
  readonly name: string
  readonly summary: string
  /** More, shown by its --help. */
  readonly details?: string
  readonly positionals?: readonly string[]
  readonly options: { readonly [name: string]: Option }
  /** Gives the exit code. */
  run(args: Arguments, terminal: Terminal): Promise<number>
}

/** A mistake in what was typed: said with what was expected, exit code 2. Never holds what was read from standard input. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

const optionsConfig = ({ options }: Command): ParseArgsOptionsConfig => ({
  ...Object.fromEntries(
    Object.entries(options).map(([name, { type, multiple = false }]) => [name, { type, multiple }]),
  ),
  help: { type: 'boolean' },
})

const messageOf = (fault: unknown): string =>
  typeof fault === 'object' && fault !== null && 'message' in fault ? String(fault.message) : ''

const parse = (command: Command, typed: readonly string[]) => {
  try {
    return parseArgs({
      args: [...typed],
      options: optionsConfig(command),
      allowPositionals: true,
      allowNegative: true,
      strict: true,
    })
  } catch (fault) {
    const known = Object.keys(command.options).map(name => `--${name}`)
    const first = (messageOf(fault).split('\n')[0] ?? '').replace(/\. To specify.*$/, '.')
    throw new UsageError(`${first} Expected options: ${[...known, '--help'].join(', ')}.`)
  }
}

/** Reads what was typed after the command's name. 'help' when it was asked for. Throws UsageError. */
export const readArguments = (command: Command, typed: readonly string[]): Arguments | 'help' => {
  const { values, positionals } = parse(command, typed)
  if (values.help === true) return 'help'
  const expected = command.positionals ?? []
  if (positionals.length !== expected.length) {
    const wanted = expected.length === 0 ? 'nothing but options' : expected.map(name => `<${name}>`).join(' ')
    throw new UsageError(`« ${command.name} » expected ${wanted} after it.`)
  }
  for (const [name, value] of Object.entries(values)) {
    const repeated = typed.filter(word => word === `--${name}` || word.startsWith(`--${name}=`)).length > 1
    if (repeated && !command.options[name]?.multiple) throw new UsageError(`--${name} is expected once.`)
    if (value === '') throw new UsageError(`--${name} expected a value that is not empty.`)
  }
  return {
    text: option => (typeof values[option] === 'string' ? values[option] : undefined),
    texts: option => (Array.isArray(values[option]) ? values[option].map(String) : undefined),
    flag: option => (typeof values[option] === 'boolean' ? values[option] : undefined),
    positional: index => positionals[index] ?? '',
  }
}
