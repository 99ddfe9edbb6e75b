import { fileURLToPath } from 'node:url'
import nunjucks from 'nunjucks'
import type { Language } from '../stores/contracts.ts'
import type { TextKey, TextParams, Texts } from '../web/views/texts.ts'
import type { Compose, LetterKind, LetterModels } from './letters.ts'

export type MessagesNeeds = {
  readonly site: { readonly name: string; readonly operator: string; readonly contact: string }
  readonly texts: Texts
}

/** A sentence, and the address that stands alone on the line after it. */
type Block = { readonly text: string; readonly link?: string }
type Words = {
  t(key: TextKey, params?: TextParams): string
  duration(seconds: number): string
  moment(at: Date): { readonly date: string; readonly hour: string }
}
type Writer<Kind extends LetterKind> = {
  readonly subject: TextKey
  /** What the subject names. */
  readonly named?: (model: LetterModels[Kind]) => TextParams
  blocks(model: LetterModels[Kind], words: Words): readonly Block[]
}

const HOUR = 3600

/** Each mail: its subject, then what it says, the action first. */
const WRITERS: { readonly [Kind in LetterKind]: Writer<Kind> } = {
  activation: {
    subject: 'mail.activation.subject',
    blocks: ({ link, lifetimeSeconds }, { t, duration }) => [
      { text: t('mail.activation.action', { duration: duration(lifetimeSeconds) }), link },
      { text: t('mail.activation.terms') },
      { text: t('mail.activation.disown') },
    ],
  },
  accountExists: {
    subject: 'mail.accountExists.subject',
    blocks: ({ signInLink, recoveryLink }, { t }) => [
      { text: t('mail.accountExists.action'), link: signInLink },
      { text: t('mail.accountExists.recovery'), link: recoveryLink },
      { text: t('mail.accountExists.disown') },
    ],
  },
  holderWarned: {
    subject: 'mail.holderWarned.subject',
    blocks: ({ at, signInLink }, { t, moment }) => [
      { text: t('mail.holderWarned.text', moment(at)) },
      { text: t('mail.holderWarned.action'), link: signInLink },
      { text: t('mail.holderWarned.disown') },
    ],
  },
  recovery: {
    subject: 'mail.recovery.subject',
    blocks: ({ link, lifetimeSeconds }, { t, duration }) => [
      {
        text:
          lifetimeSeconds === HOUR
            ? t('mail.recovery.action')
            : t('mail.recovery.actionWithin', { duration: duration(lifetimeSeconds) }),
        link,
      },
      { text: t('mail.recovery.disown') },
    ],
  },
  recoveryNoPassword: {
    subject: 'mail.recovery.subject',
    blocks: ({ signInLink }, { t }) => [
      { text: t('mail.recoveryNoPassword.text') },
      { text: t('mail.recoveryNoPassword.action'), link: signInLink },
      { text: t('mail.recoveryNoPassword.disown') },
    ],
  },
  passwordChanged: {
    subject: 'mail.passwordChanged.subject',
    blocks: ({ at }, { t, moment }) => [
      { text: t('mail.passwordChanged.text', moment(at)) },
      { text: t('mail.notYou') },
    ],
  },
  newDevice: {
    subject: 'mail.newDevice.subject',
    blocks: ({ at }, { t, moment }) => [{ text: t('mail.newDevice.text', moment(at)) }, { text: t('mail.notYou') }],
  },
  identityLinked: {
    subject: 'mail.identityLinked.subject',
    named: ({ label }) => ({ label }),
    blocks: ({ at, label, undoLink, lifetimeSeconds }, { t, moment, duration }) => [
      { text: t('mail.identityLinked.text', { ...moment(at), label }) },
      { text: t('mail.identityLinked.undo', { duration: duration(lifetimeSeconds) }), link: undoLink },
      { text: t('mail.contactUs') },
    ],
  },
  identityUnlinked: {
    subject: 'mail.identityUnlinked.subject',
    named: ({ label }) => ({ label }),
    blocks: ({ at, means }, { t, moment }) => {
      const named = means.map(one => (one.kind === 'password' ? t('mail.means.password') : one.label))
      return [
        { text: t('mail.identityUnlinked.text', { ...moment(at), means: named.join(', ') }) },
        { text: t('mail.notYou') },
      ]
    },
  },
  moveIdentity: {
    subject: 'mail.moveIdentity.subject',
    blocks: ({ link, lifetimeSeconds }, { t, duration }) => [
      { text: t('mail.moveIdentity.action', { duration: duration(lifetimeSeconds) }), link },
      { text: t('mail.moveIdentity.disown') },
    ],
  },
  emailChanging: {
    subject: 'mail.emailChanging.subject',
    blocks: ({ at }, { t, moment }) => [{ text: t('mail.emailChanging.text', moment(at)) }, { text: t('mail.notYou') }],
  },
  case: {
    subject: 'mail.case.subject',
    named: ({ reference }) => ({ reference }),
    blocks: (model, { t, moment }) => {
      const { reference, party, at, signInLink } = model
      const { date, hour } = moment(at)
      const ending = { text: t('mail.case.reference', { reference }) }
      switch (model.news) {
        case 'opened':
          if (party === 'claimant') return [{ text: t('mail.case.opened.claimant', { date }) }, ending]
          return [
            { text: t('mail.case.opened.holder', { date, hour }) },
            { text: t('mail.case.opened.frozen') },
            { text: t('mail.case.opened.action'), link: signInLink },
            ending,
          ]
        case 'reopened':
          return [{ text: t('mail.case.reopened', { date }) }, ending]
        case 'decided':
          return [
            { text: t('mail.case.decided', { date }) },
            { text: t(`case.effect.${model.effect}.${party}`) },
            { text: t('mail.case.contest', { date }) },
            ending,
          ]
        case 'closed':
          return [{ text: t('mail.case.closed') }, { text: t(`case.effect.${model.effect}.${party}`) }, ending]
      }
    },
  },
  confirmEmail: {
    subject: 'mail.confirmEmail.subject',
    blocks: ({ link, lifetimeSeconds }, { t, duration }) => [
      { text: t('mail.confirmEmail.action', { duration: duration(lifetimeSeconds) }), link },
      { text: t('mail.confirmEmail.disown') },
    ],
  },
}

const VIEWS = fileURLToPath(new URL('../../views/mail', import.meta.url))

/**
 * Writes mails, as text and as HTML from the same sentences. They hold nothing that was typed in a form, no picture and
 * nothing that tells whether they were read.
 */
export const makeMessages = ({ site, texts }: MessagesNeeds): { readonly compose: Compose } => {
  const loader = new nunjucks.FileSystemLoader(VIEWS)
  const html = new nunjucks.Environment(loader, { autoescape: true, throwOnUndefined: true, trimBlocks: true })
  const plain = new nunjucks.Environment(loader, { autoescape: false, throwOnUndefined: true, trimBlocks: true })
  const always = { site: site.name, operator: site.operator, contact: site.contact }

  const wordsIn = (language: Language): Words => ({
    t: (key, params = {}) => texts.t(language, key, { ...always, ...params }),
    duration: seconds => texts.duration(language, seconds),
    moment: at => ({ date: texts.date(language, at), hour: texts.hour(language, at) }),
  })

  return {
    compose: (kind, language, model) => {
      const words = wordsIn(language)
      const subject = words.t(WRITERS[kind].subject, WRITERS[kind].named?.(model))
      const shown = {
        language,
        subject,
        site: site.name,
        blocks: WRITERS[kind].blocks(model, words),
        endings: [words.t('mail.contact'), words.t('mail.rights'), words.t('mail.automatic')],
      }
      return {
        subject,
        text: plain.render('message.txt.njk', shown),
        html: html.render('message.html.njk', shown),
      }
    },
  }
}
