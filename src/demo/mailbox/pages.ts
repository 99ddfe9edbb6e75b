import { type Html, html, linkified } from '../common/html.ts'
import { type Language, momentIn, sayIn } from '../common/language.ts'
import { layout } from '../common/layout.ts'
import type { Message } from './store.ts'

export const mailboxSite = {
  name: (language: Language) => sayIn(language)("Messagerie d'essai", 'Test mailbox'),
  label: (language: Language) => sayIn(language)('Démo', 'Demo'),
}

const page = (language: Language, title: string, body: Html, script?: string): string =>
  layout({
    language,
    site: mailboxSite.name(language),
    label: mailboxSite.label(language),
    title,
    body,
    ...(script === undefined ? {} : { script }),
    footer: html`${sayIn(language)(
      "Aucun courriel ne part vraiment : tout ce que Guichet envoie s'arrête ici, sur votre ordinateur.",
      'No e-mail really leaves: all that Guichet sends stops here, on your computer.',
    )}`,
  })

const timeIn = (language: Language, at: Date): Html =>
  html`<time datetime="${at.toISOString()}">${momentIn(language, at)}</time>`

const subjectIn = (language: Language, message: Message): string =>
  message.subject === '' ? sayIn(language)('(sans objet)', '(no subject)') : message.subject

/** The list, newest first. The script tells when something new has come; without it, « Actualiser » does. */
export const listPage = (language: Language, messages: readonly Message[]): string => {
  const say = sayIn(language)
  const title = say('Messages reçus', 'Messages received')
  const rows = messages.map(
    message =>
      html`<li><a href="/messages/${message.id}"><div><strong>${subjectIn(language, message)}</strong><span>${say('À', 'To')} ${message.to}</span></div><span>${timeIn(language, message.receivedAt)}</span></a></li>`,
  )
  const list =
    rows.length === 0
      ? html`<div class="empty"><p>${say("Aucun message pour l'instant. Créez un compte : le courriel d'activation arrivera ici.", 'No message yet. Create an account: the activation e-mail will arrive here.')}</p></div>`
      : html`<ul class="messages">${rows}</ul>`
  const clear = html`<form method="post" action="/vider"><button class="button secondary" type="submit">${say('Vider la messagerie', 'Empty the mailbox')}</button></form>`
  const body = html`<h1>${title}</h1>
<p>${say('Les courriels envoyés par Guichet arrivent ici, quel que soit leur destinataire.', 'E-mails sent by Guichet arrive here, whomever they are for.')}</p>
<div id="news" role="status" data-newest="${messages[0]?.id ?? ''}" data-text="${say('Un nouveau message est arrivé.', 'A new message has arrived.')}" data-action="${say('Afficher', 'Show')}"></div>
${list}
<div class="actions"><a class="button" href="/">${say('Actualiser', 'Refresh')}</a>${rows.length > 0 && clear}</div>`
  return page(language, title, body, '/news.js')
}

const textView = (language: Language, message: Message): Html => {
  if (message.text !== '') return html`<div class="sheet"><pre>${linkified(message.text)}</pre></div>`
  return html`<div class="sheet"><pre>${sayIn(language)("Ce message n'a pas de version texte.", 'This message has no text version.')}</pre></div>`
}

const htmlView = (language: Language, message: Message): Html => {
  const say = sayIn(language)
  if (message.html === undefined)
    return html`<div class="sheet"><pre>${say("Ce message n'a pas de version HTML.", 'This message has no HTML version.')}</pre></div>`
  return html`<div class="sheet"><iframe src="/messages/${message.id}/html" title="${say('Contenu du message', 'Content of the message')}" sandbox="allow-popups allow-popups-to-escape-sandbox"></iframe></div>`
}

/** One message, as text or as HTML; links open in a new window. */
export const messagePage = (language: Language, message: Message, view: 'text' | 'html'): string => {
  const say = sayIn(language)
  const subject = subjectIn(language, message)
  const tab = (of: 'text' | 'html', name: string): Html =>
    html`<a href="/messages/${message.id}${of === 'html' ? '?vue=html' : ''}" ${view === of && html`aria-current="page"`}>${name}</a>`
  const body = html`<p><a href="/">${say('Tous les messages', 'All messages')}</a></p>
<h1>${subject}</h1>
<dl class="envelope"><dt>${say('De', 'From')}</dt><dd>${message.from}</dd><dt>${say('À', 'To')}</dt><dd>${message.to}</dd><dt>${say('Reçu', 'Received')}</dt><dd>${timeIn(language, message.receivedAt)}</dd></dl>
<nav class="tabs" aria-label="${say('Versions du message', 'Versions of the message')}">${tab('text', say('Texte', 'Text'))}${tab('html', 'HTML')}</nav>
${view === 'html' ? htmlView(language, message) : textView(language, message)}
<p class="hint">${say("Les liens s'ouvrent dans une nouvelle fenêtre.", 'Links open in a new window.')}</p>`
  return page(language, subject, body)
}

/** What the frame shows: the message itself, whose links leave the frame. It is sent under `messageFramePolicy`. */
export const messageFrame = (message: Message): string =>
  `<!doctype html><meta charset="utf-8"><base target="_blank">${message.html ?? ''}`

/** No script, form, remote picture nor navigation of the page around: whatever the message holds, it is only looked at. */
export const messageFramePolicy =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox"
