import type { MailJobs } from '../outbox.ts'
import type { Decision, MailLinks } from './needs.ts'

/** Both people of a case are told each step of it: as often as agents act, and never more. */
export const decideCase = (
  { signIn }: Pick<MailLinks, 'signIn'>,
  { accountId, to, language, at, ...told }: MailJobs['case'],
): Decision => ({
  kind: 'send',
  letter: { kind: 'case', model: { ...told, at: new Date(at), signInLink: signIn }, to, language, account: accountId },
})
