import { fileURLToPath } from 'node:url'
import nunjucks from 'nunjucks'
import type { Assets } from './assets.ts'
import { describeError, describeWait } from './error-page.ts'
import type { Common, Fault, PageModels, PageName, Site, Wait } from './models.ts'
import { PATHS } from './models.ts'
import { readProse } from './prose.ts'
import { escapeHtml, type RichParams, type SafeHtml } from './rich.ts'
import type { TextKey, TextParams, Texts } from './texts.ts'
import { townChoice } from './town-choice.ts'

export type Views = {
  /** A whole page as HTML. Throws on a missing text, value or template: a page is never half written. */
  render<Page extends PageName>(page: Page, model: PageModels[Page], common: Common): string
}

export type ViewsNeeds = { readonly site: Site; readonly assets: Assets; readonly texts: Texts }

const TEMPLATES: Readonly<Record<PageName, string>> = {
  home: 'home/home',
  signUp: 'sign-up/form',
  checkMailbox: 'sign-up/check-mailbox',
  activation: 'activation/activate',
  activated: 'activation/activated',
  activationErased: 'activation/erased',
  cannotFinish: 'activation/cannot-finish',
  linkExpired: 'links/expired',
  linkUsed: 'links/used',
  linkIncomplete: 'links/incomplete',
  signIn: 'sign-in/form',
  recovery: 'recovery/request',
  recoverySent: 'recovery/sent',
  resend: 'recovery/resend-request',
  resendSent: 'recovery/resend-sent',
  newPassword: 'recovery/new-password',
  passwordChanged: 'recovery/changed',
  consent: 'consent/consent',
  continueAs: 'sign-in/continue-as',
  acceptTerms: 'sign-in/accept-terms',
  case: 'cases/case',
  haveAccount: 'federation/have-account',
  number: 'federation/number',
  linkAccount: 'federation/link-account',
  complete: 'federation/complete',
  confirmEmail: 'account/confirm-email',
  emailConfirmed: 'account/email-confirmed',
  accountLinkDead: 'account/link-dead',
  move: 'account/move',
  toUpstream: 'federation/to-upstream',
  undoLink: 'account/undo-link',
  linkUndone: 'account/link-undone',
  ownEmail: 'account/own-email',
  connections: 'account/connections',
  unlink: 'account/unlink',
  signOut: 'sign-out/ask',
  signedOut: 'sign-out/done',
  leaving: 'sign-out/leaving',
  help: 'information/help',
  prose: 'information/prose',
  error: 'errors/error',
}

const VIEWS = fileURLToPath(new URL('../../../views', import.meta.url))

/** The operator's contact: a link when it is an e-mail or a web address. */
export const contactLink = (contact: string): SafeHtml => {
  const text = escapeHtml(contact)
  if (/^[^\s@]+@[^\s@]+$/.test(contact)) return { html: `<a href="mailto:${text}">${text}</a>` }
  if (/^https?:\/\//.test(contact)) return { html: `<a href="${text}">${text}</a>` }
  return { html: text }
}

/** A fault's text as HTML, its list of missing rules written out. */
const faultParams = (texts: Texts, common: Common, fault: Fault): TextParams => {
  if (!fault.missing) return fault.params ?? {}
  const missing = fault.missing.map(rule => texts.t(common.language, `password.missing.${rule}`)).join(', ')
  return { ...fault.params, missing }
}

/**
 * The pages of this site. Templates are compiled at their first use and kept; they are given what they show, escape
 * everything, and hold no rule.
 */
export const makeViews = ({ site, assets, texts }: ViewsNeeds): Views => {
  const environment = new nunjucks.Environment(new nunjucks.FileSystemLoader(VIEWS), {
    autoescape: true,
    throwOnUndefined: true,
    trimBlocks: true,
    lstripBlocks: true,
  })
  const safe = (html: string) => new nunjucks.runtime.SafeString(html)
  const contact = contactLink(site.contact)

  return {
    render(page, model, common) {
      const { language } = common
      const always = { site: site.name, operator: site.operator, host: site.host }
      const t = (key: TextKey, params: TextParams = {}) =>
        texts.t(language, key, { ...always, contact: site.contact, ...params })
      const html = (key: TextKey, params: RichParams = {}) =>
        texts.html(language, key, { ...always, contact, ...params })
      const faults = faultsOf(model)
      const said = faults.map(fault => ({
        field: fault.field,
        plain: t(fault.key, faultParams(texts, common, fault)),
        text: safe(html(fault.key, faultParams(texts, common, fault))),
      }))

      return environment.render(`${TEMPLATES[page]}.njk`, {
        page,
        model,
        common,
        site,
        paths: PATHS,
        otherLanguage: language === 'fr' ? 'en' : 'fr',
        contact: safe(contact.html),
        faults: said,
        faultFor: (field: string) => said.find(fault => fault.field === field)?.text,
        error: page === 'error' ? describeError(model as PageModels['error'], common, texts, always) : undefined,
        prose: proseOf(page, model, t),
        town: page === 'signUp' || page === 'complete' ? townChoice(model as PageModels['complete']) : undefined,
        safe,
        t,
        rich: (key: TextKey, params?: RichParams) => safe(html(key, params)),
        inOther: (key: TextKey) => texts.t(language === 'fr' ? 'en' : 'fr', key),
        duration: (seconds: number) => texts.duration(language, seconds),
        wait: (wait: Wait) => describeWait(language, wait, texts),
        date: (at: Date) => texts.date(language, at),
        day: (written: string) => texts.date(language, new Date(`${written}T12:00:00Z`)),
        asset: assets.href,
      })
    },
  }
}

/** A page's faults, wherever its model holds them. */
const faultsOf = (model: object): readonly Fault[] => {
  const { faults, correction } = model as { faults?: readonly Fault[]; correction?: { faults: readonly Fault[] } }
  return faults ?? correction?.faults ?? []
}

/** The operator's text on the pages that show one. */
const proseOf = (page: PageName, model: object, t: (key: TextKey) => string) => {
  if (page === 'prose') {
    const { source, kind } = model as PageModels['prose']
    return readProse(source, t(`prose.${kind}.title`))
  }
  return page === 'help' ? readProse((model as PageModels['help']).source, t('help.title')) : undefined
}
