import { scrub } from '../operations/scrub.ts'
import { type Arguments, type Option, UsageError } from './command.ts'

export const actorOption: { readonly actor: Option } = {
  actor: {
    type: 'string',
    value: 'code',
    meaning: 'Code of who does it, for the audit; « cli » by default. Never a name.',
  },
}

/** Who the audit says did it. */
export const actorOf = (args: Arguments): string => {
  const actor = args.text('actor') ?? 'cli'
  if (/^[A-Za-z0-9._-]{1,40}$/.test(actor) && scrub(actor) === actor) return actor
  throw new UsageError('--actor expected a code of 1 to 40 letters, digits or . _ -, such as « agent-12 ».')
}

export const reasonOption: { readonly reason: Option } = {
  reason: {
    type: 'string',
    value: 'text',
    meaning: 'Why, for the audit: a ticket or a few words. Required; never a name, a number, an address.',
  },
}

/** Why, as the audit keeps it: nothing in it that looks like personal data. */
export const reasonOf = (args: Arguments): string => {
  const reason = args.text('reason')?.trim() ?? ''
  if (reason !== '' && reason.length <= 100 && !/\p{Cc}/u.test(reason) && scrub(reason) === reason) return reason
  throw new UsageError(
    '--reason expected 1 to 100 characters without e-mail address or long number, such as « ticket 4212 ».',
  )
}
