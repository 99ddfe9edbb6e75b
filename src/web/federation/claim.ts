import type { Context } from 'koa'
import type { makeOpenCase, OpenCaseOutcome } from '../../accounts/cases/open.ts'
import type { CompletedPerson } from '../../accounts/linking/open.ts'
import { ambientOf } from '../../operations/ambient.ts'
import type { SentForm } from '../kit/desk.ts'
import type { Devices } from '../kit/devices.ts'
import type { Submissions } from '../kit/submissions.ts'
import type { TermsShown } from '../kit/terms.ts'
import type { FinishSignIn } from '../sign-in/finish.ts'
import type { Arrivals } from './arrivals.ts'
import type { Standing } from './waiting.ts'

export type ClaimNeeds = {
  readonly openCase: ReturnType<typeof makeOpenCase>
  readonly finishSignIn: FinishSignIn
  readonly arrivals: Arrivals
  readonly devices: Devices
  readonly submissions: Submissions
  readonly termsShown: TermsShown
}

export type Claimed =
  /** Signed in to an account without number, while an agent decides. */
  | { readonly kind: 'led'; readonly href: string; readonly opened: ReturnType<Devices['kept']> }
  | Exclude<OpenCaseOutcome, { readonly kind: 'signedIn' }>

/** Opens a case for whom an upstream vouched for, who has filled in the form and agreed to it. */
export const makeClaim =
  ({ openCase, finishSignIn, arrivals, devices, submissions, termsShown }: ClaimNeeds) =>
  async (
    ctx: Context,
    { interaction, waiting }: Standing,
    form: SentForm,
    person: CompletedPerson,
  ): Promise<Claimed> => {
    const { requestId, language } = ambientOf(ctx.req)
    const outcome = await openCase({
      accountId: waiting.accountId,
      arrival: waiting.arrival,
      person,
      language,
      terms: termsShown(ctx),
      devices: devices.kept(ctx),
      serviceId: interaction.service.id,
      request: requestId,
      says: waiting.says ?? 'doesNotKnow',
      proven: waiting.proven,
    })
    if (outcome.kind !== 'signedIn') return outcome
    const { accountId, acr, amr, at, devices: opened } = outcome
    const answer = { href: await finishSignIn(ctx, interaction, { accountId, acr, amr, at }), opened }
    await arrivals.forget(interaction.uid)
    await submissions.done(form, JSON.stringify(answer))
    return { kind: 'led', ...answer }
  }
