import { readFileSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import { readArguments } from '../../src/cli/command.ts'
import { commands } from '../../src/cli/commands.ts'
import { commandHelp } from '../../src/cli/help.ts'
import { runHere } from './run.ts'

describe('the command line', () => {
  it('shows every command with --help', async () => {
    const { code, out, err } = await runHere(['--help'])
    expect({ code, err }).toEqual({ code: 0, err: '' })
    for (const { name } of commands) expect(out).toContain(`  ${name} `)
  })

  it('shows those of a group, and the options of one', async () => {
    const group = await runHere(['services', '--help'])
    expect(group).toMatchObject({ code: 0, out: expect.stringContaining('services rotate-secret') })
    expect(group.out).not.toContain('keys new')
    const one = await runHere(['services', 'add', '--help'])
    expect(one).toMatchObject({ code: 0, out: expect.stringContaining('--redirect-uri <uri>') })
  })

  it('takes the options that were promised for a service', () => {
    const add = commands.find(({ name }) => name === 'services add')
    expect(Object.keys(add?.options ?? {})).toEqual(
      expect.arrayContaining(
        `name redirect-uri home-page initiate-login-uri post-logout-redirect-uri backchannel-logout-uri public first-party
        scope auth-method jwks-file jwks-uri sector subject-type pkce id-token-alg response-type grant-type json`.split(
          /\s+/,
        ),
      ),
    )
  })

  it.each(commands.map(command => [command.name, command] as const))('says everything of « %s »', (_name, command) => {
    const help = commandHelp(command)
    expect(help).toMatch(/^[A-Z].*\.\n\nUsage: npm run guichet -- /)
    for (const [option, { meaning }] of Object.entries(command.options)) {
      expect(help).toContain(`--${option}`)
      expect(meaning).toMatch(/\.$/)
    }
    expect(readArguments(command, ['--help'])).toBe('help')
  })

  it('tells its version', async () => {
    const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))
    expect(await runHere(['--version'])).toEqual({ code: 0, out: `${version}\n`, err: '' })
  })

  it.each([
    [[], /Expected one of the commands: check, keys new/],
    [['service'], /Expected one of the commands: check, keys new/],
    [['services'], /Expected one of the commands: services add, services list/],
    [['services', 'ad'], /Expected one of the commands: services add, services list/],
    [['services', 'add', '--nmae', 'x'], /--nmae.*Expected options: --name/],
    [['services', 'add', '--name'], /--name/],
    [['services', 'add', '--name', 'a', '--name', 'b'], /--name is expected once/],
    [['services', 'add'], /--name is expected/],
    [['services', 'add', '--name', 'x', 'y'], /expected nothing but options/],
    [['services', 'show'], /expected <id>/],
    [['services', 'update', 'x'], /At least one change is expected/],
    [['services', 'update', 'x', '--clear', 'name'], /--clear expected one of home-page/],
    [['services', 'rotate-secret', 'x', '--keep-former', 'a while'], /--keep-former expected a duration/],
    [['services', 'disable', 'x', '--actor', 'anne@a.fr'], /--actor expected a code/],
    [['services', 'add', '--name', 'x', '--jwks-file', '/none'], /--jwks-file expected a file/],
    [['keys', 'rotate', 'pairwise'], /Expected one of the rings personal, lookup, vault, audit, signing/],
    [['keys', 'rotate', 'signing'], /either --next or --promote/],
    [['keys', 'rotate', 'lookup', '--next'], /expected with personal, vault and signing/],
    [['keys', 'rotate', 'vault', '--next', '--promote'], /one of --next and --promote at a time/],
    [['keys', 'retire', 'lookup', 'x'], /Expected one of the rings vault, signing/],
    [['accounts', 'show'], /--reason expected/],
    [['accounts', 'show', '--reason', ''], /--reason expected/],
    [['accounts', 'suspend', '--reason', 'asked by anne@a.fr'], /--reason expected/],
    [['accounts', 'suspend', '--reason', 'holder of 1850199999001'], /--reason expected/],
  ])('says what was expected of %j, with exit code 2', async (typed, told) => {
    const { code, out, err } = await runHere(typed)
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toMatch(told)
    expect(err).not.toMatch(/\n\s+at /)
  })

  it('says what is wrong with the configuration, with exit code 1', async () => {
    const { code, err } = await runHere(['services', 'list'], { GUICHET_PORT: 'x', GUICHET_COLOUR: 'red' })
    expect(code).toBe(1)
    expect(err).toMatch(/GUICHET_PORT: expected/)
    expect(err).toMatch(/GUICHET_COLOUR: there is no such variable/)
  })
})
