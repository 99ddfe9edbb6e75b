import type { Common, ErrorAction, ErrorKey, ErrorModel, Language, Wait } from './models.ts'
import { PATHS } from './models.ts'
import type { TextParams, Texts } from './texts.ts'

export type ErrorPage = {
  readonly title: string
  readonly text: string
  readonly actions: readonly { readonly label: string; readonly href: string }[]
}

/** The ways on from each error, the main one first. */
const ACTIONS: Readonly<Record<ErrorKey, readonly ErrorAction[]>> = {
  cookiesOff: ['restart', 'returnToService'],
  cookiesTooLarge: ['retry', 'home'],
  interactionExpired: ['returnToService', 'home'],
  interactionOver: ['returnToService', 'home'],
  formTooOld: ['restart', 'returnToService'],
  serviceUnknown: ['home'],
  redirectUri: ['serviceSite', 'home'],
  serviceRequest: ['returnToService', 'serviceSite', 'home'],
  storeAway: ['retry', 'returnToService'],
  busy: ['retry', 'returnToService'],
  throttled: ['retry', 'returnToService'],
  fault: ['retry', 'returnToService', 'home'],
  federationUnavailable: ['retry', 'signInOtherwise', 'returnToService'],
  federationDenied: ['retry', 'signInOtherwise', 'returnToService'],
  accountSuspended: ['returnToService', 'home'],
  sessionEnded: ['signIn', 'home'],
  notFound: ['home', 'signIn'],
  badRequest: ['retry', 'home'],
}

const hrefOf = (action: ErrorAction, model: ErrorModel, common: Common): string | undefined => {
  const given = model.hrefs?.[action]
  if (given !== undefined) return given
  // where it began is not where it was told
  if (action === 'retry' && model.key === 'federationUnavailable') return undefined
  if (action === 'retry' || action === 'restart') return common.path
  if (action === 'home') return PATHS.home
  if (action === 'signIn' || action === 'signInOtherwise') return PATHS.signIn
  return action === 'returnToService' ? common.service?.returnHref : undefined
}

/** What is said when the one who answers does not know better. */
const USUAL_SECONDS: Readonly<Partial<Record<ErrorKey, number>>> = {
  interactionExpired: 3600,
  sessionEnded: 1800,
  busy: 30,
}

/** « dans 3 minutes, à 14 h 32 », or without the hour when it is not known. */
export const describeWait = (language: Language, wait: Wait, texts: Texts): string => {
  const duration = texts.duration(language, wait.seconds)
  if (!wait.until) return texts.t(language, 'wait.in', { duration })
  return texts.t(language, 'wait.inAt', { duration, hour: texts.hour(language, wait.until) })
}

/** Title, text and ways on of an error, in the person's language; a way without an address is left out. */
export const describeError = (model: ErrorModel, common: Common, texts: Texts, always: TextParams): ErrorPage => {
  const { language } = common
  const wait = model.wait ?? { seconds: USUAL_SECONDS[model.key] ?? 60 }
  const params = {
    ...always,
    service: model.serviceName ?? common.service?.name ?? texts.t(language, 'error.someService'),
    label: model.label ?? 'FranceConnect',
    duration: texts.duration(language, wait.seconds),
    wait: describeWait(language, wait, texts),
  }
  const actions = ACTIONS[model.key].flatMap(action => {
    const href = hrefOf(action, model, common)
    return href === undefined ? [] : [{ label: texts.t(language, `action.${action}`, params), href }]
  })
  return {
    title: texts.t(language, `error.${model.key}.title`, params),
    text: texts.t(language, `error.${model.key}.text`, params),
    actions,
  }
}
