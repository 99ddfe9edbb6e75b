import type { Context } from 'koa'
import { suggestEmail } from '../../identity/email-suggestion.ts'
import type { Towns } from '../../identity/towns/towns.ts'
import type { Interaction, ServiceView } from '../../oidc/contracts.ts'
import { ambientOf } from '../../operations/ambient.ts'
import { type Control, wantsAudio } from '../challenge/control.ts'
import type { Upstreams } from '../federation/upstreams.ts'
import type { Fields } from '../kit/body.ts'
import type { Desk } from '../kit/desk.ts'
import { within } from '../kit/requests.ts'
import { waitUntil } from '../kit/wait.ts'
import {
  type DetailsModel,
  type Fault,
  PATHS,
  type SignUpField,
  type SignUpModel,
  type SignUpNotice,
} from '../views/models.ts'
import { townPair, typedValues } from './form.ts'
import { makeOptions } from './options.ts'

export type Shown = {
  readonly fields: Fields
  readonly formId: string
  readonly interaction: Interaction | undefined
  /** Known even when its request is over. */
  readonly service: ServiceView | undefined
  readonly faults?: readonly Fault<SignUpField>[]
  readonly notices?: readonly SignUpNotice[]
  readonly moved?: 'landline' | 'mobile' | undefined
  readonly status?: number
  readonly throttledUntil?: Date | undefined
  readonly rounds?: number
  readonly busySeconds?: number
}

const movedValues = ({ fields, moved }: Pick<Shown, 'fields' | 'moved'>) => {
  if (!moved) return {}
  return moved === 'mobile'
    ? { mobile: fields.landline ?? '', landline: '' }
    : { landline: fields.mobile ?? '', mobile: '' }
}

export type ShowFormNeeds = {
  readonly desk: Desk
  readonly control: Control
  readonly towns: Pick<Towns, 'townsOf'>
  readonly presence: SignUpModel['presence']
  readonly clock: () => Date
  readonly upstreams: Upstreams
}

/** What everybody's form shows, whoever vouches for them: values kept, faults, notices, lists. */
export const makeDetailsModel = ({ towns, presence, clock }: Pick<ShowFormNeeds, 'towns' | 'presence' | 'clock'>) => {
  const options = makeOptions()

  return (ctx: Context, shown: Omit<Shown, 'formId'>): DetailsModel => {
    const { fields, faults = [], notices = [], moved, throttledUntil } = shown
    const throttled = throttledUntil && waitUntil(throttledUntil, clock())
    if (throttled) ctx.set('Retry-After', String(throttled.seconds))
    const values = { ...typedValues(fields), ...movedValues(shown) }
    const questioned = faults.some(fault => fault.key === 'fault.city.mismatch')
    return {
      values,
      abroad: Boolean(fields.abroad),
      acceptedTerms: Boolean(fields.acceptTerms),
      faults,
      notices: [
        ...notices,
        ...(moved ? ([moved === 'mobile' ? 'notice.movedToMobile' : 'notice.movedToLandline'] as const) : []),
      ],
      emailSuggestion: suggestEmail(values.email ?? ''),
      presence,
      options: options[ambientOf(ctx.req).language],
      towns: towns.townsOf((values.postalCode ?? '').replace(/\s/g, '')),
      townAsked: questioned ? townPair(fields) : (fields.townAsked ?? ''),
      ...(throttled ? { throttled } : {}),
    }
  }
}

/** Shows the form as it stands: values kept but passwords, faults, notices, and the control that is due. */
export const makeShowForm = (needs: ShowFormNeeds) => {
  const { desk, control, upstreams } = needs
  const detailsModel = makeDetailsModel(needs)

  return async (ctx: Context, shown: Shown): Promise<void> => {
    const { fields, formId, interaction, service, faults = [] } = shown
    const model: SignUpModel = {
      ...detailsModel(ctx, shown),
      upstreams: upstreams.offered(ctx, interaction?.uid),
      busySeconds: shown.busySeconds,
      challenge: await control.view(ctx, formId, { audio: wantsAudio(fields), rounds: shown.rounds ?? 1 }),
      signInHref: interaction ? `/connexion/${interaction.uid}` : PATHS.signIn,
    }
    desk.show(ctx, 'signUp', model, {
      ...within(interaction),
      ...(service ? { service } : {}),
      form: 'signUp',
      formId,
      status: shown.status ?? (faults.length > 0 ? 422 : 200),
    })
  }
}
