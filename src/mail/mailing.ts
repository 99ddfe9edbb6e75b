import type { Config } from '../config/load.ts'
import { makeWorker, type Worker, type WorkerNeeds } from '../operations/jobs.ts'
import type { MailLinks } from './decisions/needs.ts'
import { makeTransport } from './transport.ts'
import { type MailRunnerNeeds, makeMailRunner } from './worker.ts'

export type MailingNeeds = Omit<MailRunnerNeeds, 'transport' | 'lifetimes' | 'links'> &
  Pick<WorkerNeeds, 'jobs' | 'log'> & {
    readonly config: Pick<Config, 'issuer' | 'smtp' | 'mail' | 'lifetime'>
    /** Instead of the configured server: the demonstration's own. */
    readonly smtpUrl?: string | undefined
    /** Paths that mails lead to; those with a token take it as the query's `parameter`. */
    readonly paths: {
      readonly [path in
        | 'activation'
        | 'newPassword'
        | 'confirmEmail'
        | 'undo'
        | 'move'
        | 'signIn'
        | 'recovery'
        | 'parameter']: string
    }
  }

export type Mailing = { readonly worker: Worker; close(): void }

const linksOf = (issuer: string, paths: MailingNeeds['paths']): MailLinks => {
  const withToken = (path: string) => (token: string) => `${issuer}${path}?${paths.parameter}=${token}`
  return {
    activation: withToken(paths.activation),
    recovery: withToken(paths.newPassword),
    confirmEmail: withToken(paths.confirmEmail),
    undo: withToken(paths.undo),
    move: withToken(paths.move),
    signIn: `${issuer}${paths.signIn}`,
    recoveryForm: `${issuer}${paths.recovery}`,
  }
}

/** The outbox's worker and its way out, over SMTP. */
export const makeMailing = ({ config, smtpUrl, paths, jobs, log, ...needs }: MailingNeeds): Mailing => {
  const { issuer, mail, lifetime } = config
  const transport = makeTransport({
    url: smtpUrl ?? config.smtp.url,
    from: mail.from,
    domain: new URL(issuer).hostname,
    concurrency: mail.concurrency,
    allowClear: config.smtp.allowClear,
  })
  const run = makeMailRunner({
    ...needs,
    links: linksOf(issuer, paths),
    lifetimes: {
      activationSeconds: lifetime.activationLink,
      recoverySeconds: lifetime.recoveryLink,
      confirmSeconds: lifetime.activationLink,
    },
    transport,
  })
  const worker = makeWorker({ jobs, queue: 'mail', run, concurrency: mail.concurrency, clock: needs.clock, log })
  return { worker, close: transport.close }
}
