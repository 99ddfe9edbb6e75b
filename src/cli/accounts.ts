/** The human contact's commands. The number is read from standard input: arguments are seen by others and kept by shells. */
import type { AccountShown, AgentRequest, AgentTools } from '../accounts/agents.ts'
import { type NirFault, parseNirForSignIn } from '../identity/nir.ts'
import { actorOf, actorOption, reasonOf, reasonOption } from './actor.ts'
import { type Arguments, type Command, type Terminal, UsageError } from './command.ts'
import { withStores } from './compose.ts'

const json = { type: 'boolean', meaning: 'Prints JSON.' } as const
const options = { ...reasonOption, ...actorOption, json }
const details = `The social security number is read from standard input, with or without its key; it is not shown.
Nothing personal is printed: ids, statuses, dates and counts. Each use is audited with its reason.`

/** The fault, without the number. */
const nirProblem = (fault: NirFault): string => {
  switch (fault.code) {
    case 'empty':
      return 'Expected a social security number on standard input.'
    case 'length':
      return `Expected 13 characters, or 15 with the key; ${fault.typed} were given.`
    case 'character':
      return 'Expected digits, and 2A or 2B for Corsica, in the social security number.'
    case 'part':
      return `The ${fault.part} of this social security number is not one that exists.`
    case 'keyEmpty':
    case 'keyWrong':
      return 'The social security number and its key do not go together.'
    case 'specimen':
      return 'This number is from a sample card.'
  }
}

const readRequest = async (args: Arguments, { line }: Terminal): Promise<AgentRequest> => {
  const reason = reasonOf(args)
  const actor = actorOf(args)
  const parsed = parseNirForSignIn(await line('Social security number (not shown): '))
  if (!parsed.ok) throw new UsageError(nirProblem(parsed.fault))
  return { nir: parsed.number, reason, actor }
}

const withAgentTools = async (
  args: Arguments,
  terminal: Terminal,
  act: (tools: AgentTools, request: AgentRequest) => Promise<number>,
): Promise<number> => {
  const request = await readRequest(args, terminal)
  // It knows the protocol, whose library takes longer to load than most commands take.
  const { openAgentTools } = await import('./agents.ts')
  return withStores(terminal.env, opened => act(openAgentTools(opened), request))
}

const date = (at: Date | undefined): string => at?.toISOString() ?? 'never'

const accountText = (title: string, account: AccountShown): string =>
  [
    `${title}  ${account.id}  ${account.status}`,
    `  signed up          ${date(account.createdAt)}`,
    `  activated          ${date(account.activatedAt)}`,
    `  e-mail confirmed   ${date(account.emailVerifiedAt)}`,
    `  password changed   ${date(account.passwordChangedAt)}`,
    '',
  ].join('\n')

const showAccounts: Command = {
  name: 'accounts show',
  summary: 'Shows who holds a number and who claims it, by ids, statuses and dates.',
  details,
  options,
  run: (args, terminal) =>
    withAgentTools(args, terminal, async (tools, request) => {
      const { holder, claims } = await tools.show(request)
      if (args.flag('json')) {
        terminal.out(`${JSON.stringify({ holder: holder ?? null, claims })}\n`)
        return 0
      }
      terminal.out(holder ? accountText('holder', holder) : 'No account holds this number.\n')
      terminal.out(`${claims.length} pending ${claims.length === 1 ? 'account claims' : 'accounts claim'} it.\n`)
      for (const claim of claims) terminal.out(accountText('claim ', claim))
      return 0
    }),
}

type Act = 'suspend' | 'resume' | 'releaseNumber' | 'endSessions'

const acting = (name: string, act: Act, summary: string, done: string): Command => ({
  name: `accounts ${name}`,
  summary,
  details,
  options,
  run: (args, terminal) =>
    withAgentTools(args, terminal, async (tools, request) => {
      const outcome = await tools[act](request)
      if (outcome.kind === 'noHolder') {
        terminal.err('No account holds this number: nothing was done.\n')
        return 1
      }
      if (outcome.kind === 'frozen') {
        terminal.err('An agent is to decide a case about this account (« cases list »): nothing was done.\n')
        return 1
      }
      const { kind, accountId } = outcome
      terminal.out(
        args.flag('json') ? `${JSON.stringify({ account: accountId, done: kind })}\n` : `${accountId}: ${done}\n`,
      )
      return 0
    }),
})

export const accountCommands: readonly Command[] = [
  showAccounts,
  acting(
    'suspend',
    'suspend',
    'Nobody signs in to the account any more; what is open ends.',
    'suspended, and its sessions are ended.',
  ),
  acting('resume', 'resume', 'Lets a suspended account be signed in to again.', 'active again.'),
  acting(
    'release-number',
    'releaseNumber',
    'Takes the number back and closes the account: somebody else may then activate with it.',
    'closed; its number is free.',
  ),
  acting(
    'end-sessions',
    'endSessions',
    'Ends every session, grant and token; services are told.',
    'its sessions are ended.',
  ),
]
