import type { Audit } from '../audit/log.ts'
import type { Effects, Job } from '../stores/contracts.ts'
import { decideCase } from './decisions/cases.ts'
import { makeDecideIdentities } from './decisions/identities.ts'
import type { Decision, DecisionNeeds } from './decisions/needs.ts'
import { makeDecideNotices } from './decisions/notices.ts'
import { makeDecideAccess, makeDecideRecovery } from './decisions/recovery.ts'
import { makeDecideSignUp } from './decisions/sign-up.ts'
import type { Compose, Letter, Message } from './letters.ts'
import type { MailJob } from './outbox.ts'
import type { Transport } from './transport.ts'

export type MailRunnerNeeds = DecisionNeeds & {
  readonly compose: Compose
  readonly transport: Pick<Transport, 'send'>
  readonly audit: Audit
}

/** The job is over; `effects` are to be written with its end. */
export type MailRun = { readonly effects: Effects }

/** No mail server now: the job is to be run again later. Carries a code, no address. */
export class MailAway extends Error {
  override readonly name = 'MailAway'
}

/**
 * Runs one job of the outbox: decides whether a mail leaves and to whom, keeps its link's hash, then sends it. Throws when it is
 * to be run again; it then sends the same link, and counts once against every limit.
 */
export const makeMailRunner = (needs: MailRunnerNeeds) => {
  const { outbox, compose, transport, audit, clock } = needs
  const decideSignUp = makeDecideSignUp(needs)
  const decideRecovery = makeDecideRecovery(needs)
  const decideAccess = makeDecideAccess(needs, decideSignUp, decideRecovery)
  const notices = makeDecideNotices(needs)
  const identities = makeDecideIdentities(needs)

  const decide = (mail: MailJob, job: Job): Promise<Decision> => {
    switch (mail.kind) {
      case 'signUp':
        return decideSignUp(mail.payload.accountId, mail.payload, job)
      case 'access':
        return decideAccess(mail.payload, job)
      case 'recovery':
        return decideRecovery(mail.payload.accountId, mail.payload, job)
      case 'holderWarned':
        return notices.holderWarned(mail.payload, job)
      case 'passwordChanged':
      case 'newDevice':
        return notices.plain(mail.kind, mail.payload)
      case 'moveIdentity':
        return identities.move(mail.payload, job)
      case 'emailChanging':
        return identities.emailChanging(mail.payload)
      case 'identityLinked':
        return identities.linked(mail.payload)
      case 'case':
        return Promise.resolve(decideCase(needs.links, mail.payload))
      case 'identityUnlinked':
        return identities.unlinked(mail.payload)
      case 'confirmEmail':
        return identities.confirmEmail(mail.payload, job)
    }
  }

  // a letter's kind and model go together, which a call through the union does not show
  const messageOf = ({ kind, language, model }: Letter): Message => compose(kind, language, model as never)

  const drop = (
    kind: string,
    reason: 'limit' | 'unknown' | 'expired' | 'rejected',
    jobs: Effects['jobs'] = [],
  ): MailRun => ({
    effects: { events: [audit.event('mail.dropped', { kind, reason })], jobs },
  })

  return async (job: Job): Promise<MailRun> => {
    if (job.expiresAt <= clock()) return drop(job.kind, 'expired')
    const mail = outbox.open(job)
    if (!mail) return drop(job.kind, 'unknown')

    const decision = await decide(mail, job)
    if (decision.kind === 'drop') return drop(job.kind, decision.reason, decision.jobs)

    const { letter, jobs = [] } = decision
    const delivery = await transport.send({ to: letter.to, ...messageOf(letter) })
    switch (delivery.kind) {
      case 'sent':
        return {
          effects: { events: [audit.event('mail.sent', { kind: letter.kind, account: letter.account })], jobs },
        }
      case 'rejected':
        return drop(letter.kind, 'rejected', jobs)
      case 'later':
        throw new MailAway(`no mail can leave now (${delivery.code})`)
    }
  }
}
