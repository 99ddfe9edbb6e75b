import type { Command, Option } from './command.ts'

const program = 'npm run guichet --'

const shown = (name: string, { type, value }: Option): string =>
  type === 'string' ? `--${name} <${value ?? 'text'}>` : `--${name}`

const columns = (rows: readonly (readonly [string, string])[]): string => {
  const width = Math.max(...rows.map(([left]) => left.length))
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`).join('\n')
}

/** Help of one command. */
export const commandHelp = (command: Command): string => {
  const positionals = (command.positionals ?? []).map(name => ` <${name}>`).join('')
  const rows = Object.entries(command.options).map(
    ([name, option]) =>
      [shown(name, option), `${option.meaning}${option.multiple ? ' (may be repeated)' : ''}`] as const,
  )
  return [
    `${command.summary}`,
    '',
    `Usage: ${program} ${command.name}${positionals}${rows.length > 0 ? ' [options]' : ''}`,
    ...(command.details ? ['', command.details] : []),
    '',
    'Options:',
    columns([...rows, ['--help', 'Shows this.']]),
    '',
  ].join('\n')
}

/** Help of all commands, or of those of one group (`services`). */
export const generalHelp = (commands: readonly Command[], group?: string): string =>
  [
    `Usage: ${program} ${group ?? '<group>'} <command> [options]`,
    '',
    'Commands:',
    columns(commands.map(({ name, summary }) => [name, summary])),
    '',
    `Each one has its own help: ${program} ${commands[0]?.name ?? ''} --help`,
    ...(group
      ? []
      : ['The configuration is read as the server reads it: docs/configuration.md', '--version tells the version.']),
    '',
  ].join('\n')
