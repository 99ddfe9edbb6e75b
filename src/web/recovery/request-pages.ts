import type Router from '@koa/router'
import type { Context } from 'koa'
import type { makeRequestAccess } from '../../accounts/recovery/request-access.ts'
import { parseEmail } from '../../identity/email.ts'
import { parseNirForSignIn } from '../../identity/nir.ts'
import type { Interaction } from '../../oidc/contracts.ts'
import { ambientOf } from '../../operations/ambient.ts'
import { type Control, wantsAudio } from '../challenge/control.ts'
import { emailFault, nirOnlyFault } from '../faults.ts'
import type { Upstreams } from '../federation/upstreams.ts'
import type { Cookies } from '../kit/cookies.ts'
import type { Desk, SentForm } from '../kit/desk.ts'
import type { Devices } from '../kit/devices.ts'
import { aside, param, type Requests } from '../kit/requests.ts'
import type { Submissions } from '../kit/submissions.ts'
import { waitUntil } from '../kit/wait.ts'
import { isLanguage, speak } from '../middleware/language.ts'
import { type MailRequestModel, PATHS } from '../views/models.ts'
import { SENT_PATHS } from './sent.ts'

export type MailRequestPageNeeds = {
  readonly desk: Desk
  readonly cookies: Cookies
  readonly requests: Requests
  readonly control: Control
  readonly submissions: Submissions
  readonly devices: Devices
  readonly upstreams: Upstreams
  readonly requestAccess: ReturnType<typeof makeRequestAccess>
  readonly clock: () => Date
}

/** Forgotten password, and « Recevoir à nouveau le courriel »: the same form, the same use case, the same neutral answer. */
export const mailRequestPages =
  ({ desk, cookies, requests, control, submissions, requestAccess, devices, upstreams, clock }: MailRequestPageNeeds) =>
  (router: Router): void => {
    const journey = (page: 'recovery' | 'resend', paths: readonly [string, string]): void => {
      const sent = page === 'recovery' ? 'recoverySent' : 'resendSent'
      const hrefs = (interaction: Interaction | undefined) => ({
        signInHref: interaction ? `/connexion/${interaction.uid}` : PATHS.signIn,
      })

      const show = async (
        ctx: Context,
        interaction: Interaction | undefined,
        form: Pick<SentForm, 'fields' | 'formId'>,
        shown: Partial<MailRequestModel> & { readonly status?: number } = {},
      ): Promise<void> => {
        const { fields, formId } = form
        const { status, ...rest } = shown
        const model: MailRequestModel = {
          values: { nir: fields.nir ?? '', email: fields.email ?? '' },
          faults: [],
          challenge: await control.view(ctx, formId, { audio: wantsAudio(fields) }),
          ...hrefs(interaction),
          ...rest,
        }
        const answered = status ?? (model.faults.length > 0 ? 422 : 200)
        desk.show(ctx, page, model, { ...aside(interaction), form: page, formId, status: answered })
      }

      const send = async (ctx: Context, interaction: Interaction | undefined, form: SentForm): Promise<void> => {
        const { fields, formId } = form
        const nir = parseNirForSignIn(fields.nir ?? '')
        const email = parseEmail(fields.email ?? '')
        const unproven = await control.judge(ctx, form)
        const faults: MailRequestModel['faults'] = [
          ...(nir.ok ? [] : [nirOnlyFault(nir.fault)]),
          ...(email.ok ? [] : [emailFault(email.fault)]),
          ...(unproven ? [unproven] : []),
        ]
        if (!nir.ok || !email.ok || faults.length > 0) return show(ctx, interaction, form, { faults })
        const { language, network, requestId } = ambientOf(ctx.req)
        const serviceId = interaction?.service.id
        const asked = {
          nir: nir.number,
          email: email.email,
          language,
          serviceId,
          network,
          devices: devices.kept(ctx),
          request: requestId,
        }
        // spent before: one pass is one request, however many are sent at once
        if (!(await control.spend(formId))) {
          return show(ctx, interaction, form, { faults: [{ field: 'challenge', key: 'fault.challenge.expired' }] })
        }
        const outcome = await requestAccess(asked)
        if (outcome.kind === 'throttled') {
          const throttled = waitUntil(outcome.until, clock())
          ctx.set('Retry-After', String(throttled.seconds))
          return show(ctx, interaction, form, { throttled, status: 429 })
        }
        await submissions.done(form, 'sent')
        desk.redirect(ctx, sentPath(interaction?.uid))
      }

      const sentPath = (uid: string | undefined): string =>
        uid === undefined ? SENT_PATHS[page] : paths[1].replace(':uid', uid).concat('/envoye')

      for (const path of [SENT_PATHS[page], `${paths[1]}/envoye`]) {
        router.get(path, async ctx => {
          const interaction = await requests.peek(ctx, param(ctx, 'uid'))
          desk.show(
            ctx,
            sent,
            { ...hrefs(interaction), upstreams: upstreams.offered(ctx, interaction?.uid) },
            aside(interaction),
          )
        })
      }

      for (const path of paths) {
        router.get(path, async ctx => {
          const interaction = await requests.peek(ctx, param(ctx, 'uid'))
          await show(ctx, interaction, { fields: {}, formId: desk.newFormId() })
        })
        router.post(path, async ctx => {
          const form = await desk.form(ctx, page)
          if (!form) return
          const interaction = await requests.peek(ctx, param(ctx, 'uid'))
          const { action, _language: wanted } = form.fields
          if (action === 'language' && isLanguage(wanted)) speak(ctx, cookies, wanted)
          if (action) return show(ctx, interaction, form)
          if (form.stale) return show(ctx, interaction, form, { formTooOld: true, status: 403 })
          await submissions.once(ctx, form, {
            act: () => send(ctx, interaction, form),
            again: () => desk.redirect(ctx, sentPath(interaction?.uid)),
          })
        })
      }
    }

    journey('recovery', [PATHS.recovery, `${PATHS.recovery}/:uid`])
    journey('resend', ['/inscription/renvoi', '/inscription/:uid/renvoi'])
  }
