/** A number and a password, tried: what comes of it, in the words of the form that it stands in. */
import type { Context } from 'koa'
import type { makeSignIn, SignInOutcome } from '../../accounts/sign-in/sign-in.ts'
import { parseNirForSignIn } from '../../identity/nir.ts'
import { ambientOf } from '../../operations/ambient.ts'
import { type Control, wantsAudio } from '../challenge/control.ts'
import { nirOnlyFault } from '../faults.ts'
import type { SentForm } from '../kit/desk.ts'
import type { Devices } from '../kit/devices.ts'
import { waitUntil } from '../kit/wait.ts'
import type { SignInModel } from '../views/models.ts'

export type Shown = Partial<Pick<SignInModel, 'values' | 'faults' | 'stop'>> & {
  readonly status?: number
  readonly formId?: string
  /** The control is asked for: shown, and the form keeps its id. */
  readonly control?: { readonly audio: boolean } | undefined
}

export type SignedInByPassword = Extract<SignInOutcome, { readonly kind: 'signedIn' }>

export type Attempted =
  | { readonly kind: 'signedIn'; readonly outcome: SignedInByPassword }
  | { readonly kind: 'shown'; readonly shown: Shown }

export type Attempt = (ctx: Context, form: SentForm, serviceId: string) => Promise<Attempted>

export const makeAttempt = ({
  control,
  signIn,
  devices,
  clock,
}: {
  readonly control: Control
  readonly signIn: ReturnType<typeof makeSignIn>
  readonly devices: Devices
  readonly clock: () => Date
}): Attempt => {
  const stopped = (shown: Shown): Attempted => ({ kind: 'shown', shown })

  return async (ctx, form, serviceId) => {
    const { fields, formId } = form
    const values = { nir: fields.nir ?? '' }
    const number = parseNirForSignIn(values.nir)
    const password = fields.password ?? ''
    const asked = fields.challengeId === undefined ? undefined : { audio: wantsAudio(fields) }
    const again = { values, formId, control: asked }
    const faults: SignInModel['faults'] = [
      ...(number.ok ? [] : [nirOnlyFault(number.fault)]),
      ...(password === '' ? [{ field: 'password', key: 'fault.password.enter' } as const] : []),
    ]
    if (!number.ok || faults.length > 0) return stopped({ ...again, faults })
    const unproven = asked && (await control.judge(ctx, form))
    if (unproven) return stopped({ ...again, faults: [unproven] })

    const { requestId, network } = ambientOf(ctx.req)
    const outcome = await signIn({
      nir: number.number,
      password,
      network,
      devices: devices.kept(ctx),
      challengePassed: asked !== undefined || !control.asks,
      spendPass: asked && (() => control.spend(formId)),
      serviceId,
      request: requestId,
    })
    switch (outcome.kind) {
      case 'signedIn':
        return { kind: 'signedIn', outcome }
      case 'refused':
        return stopped({ ...again, stop: { kind: 'refused' }, status: 422 })
      case 'suspended':
        return stopped({ ...again, stop: { kind: 'suspended' }, status: 403 })
      case 'challenge':
        return stopped({
          ...again,
          stop: { kind: 'challenge' },
          control: { audio: wantsAudio(fields) },
          status: 403,
        })
      case 'passUsed':
        return stopped({ ...again, faults: [{ field: 'challenge', key: 'fault.challenge.expired' }] })
      case 'throttled': {
        const wait = waitUntil(outcome.until, clock())
        ctx.set('Retry-After', String(wait.seconds))
        return stopped({ ...again, stop: { kind: 'throttled', wait }, status: 429 })
      }
      case 'busy': {
        const seconds = outcome.retryAfterSeconds
        ctx.set('Retry-After', String(seconds))
        return stopped({ ...again, stop: { kind: 'busy', seconds }, status: 503 })
      }
    }
  }
}
