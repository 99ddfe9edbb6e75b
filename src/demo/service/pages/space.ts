import type { JsonObject } from 'openid-client'
import { type Html, html } from '../../common/html.ts'
import { clockIn, type Language, type Say, sayIn } from '../../common/language.ts'
import { samplePaths } from '../metadata.ts'
import type { SignedIn } from '../sessions.ts'
import { missingClaims, receivedClaims } from './claims.ts'
import { type Notice, noticeBox, samplePage } from './home.ts'

const postButton = (action: string, text: string, kind: 'secondary' | 'quiet' = 'secondary'): Html =>
  html`<form method="post" action="${action}"><button class="button ${kind}" type="submit">${text}</button></form>`

const rawJson = (summary: string, value: JsonObject): Html =>
  html`<details><summary>${summary}</summary><pre>${JSON.stringify(value, null, 2)}</pre></details>`

const receivedList = (session: SignedIn, say: Say): Html => {
  const rows = receivedClaims(session, say).map(
    ({ claim, label, value, from }) =>
      html`<div><dt>${label}</dt><dd>${value} <span class="from"><code>${claim}</code> – ${from}</span></dd></div>`,
  )
  const who = html`<div><dt>${say('Identifiant propre à ce service', 'Identifier for this service alone')}</dt><dd>${session.sub} <span class="from"><code>sub</code> – ID token</span></dd></div>`
  return html`<dl class="facts">${who}${rows}</dl>`
}

const missingList = (session: SignedIn, say: Say): Html => {
  const rows = missingClaims(session, say).map(
    ({ claim, label, why }) =>
      html`<li><strong>${label}</strong> ${why} <span class="soft small"><code>${claim}</code></span></li>`,
  )
  return html`<ul class="missing">${rows}</ul>`
}

const tokens = (session: SignedIn, language: Language, say: Say): Html => {
  const until = session.accessTokenUntil
  const times = session.refreshedTimes
  const has = session.refreshToken !== undefined
  return html`<dl class="facts">
<div><dt>${say('Portées accordées', 'Scopes granted')}</dt><dd>${session.scopes.map(scope => html`<code>${scope}</code> `)}</dd></div>
<div><dt>${say("Jeton d'accès", 'Access token')}</dt><dd>${until === undefined ? say('durée non dite', 'lifetime not told') : say(`valable jusqu'à ${clockIn(language, until)}`, `valid until ${clockIn(language, until)}`)}</dd></div>
<div><dt>${say('Jeton de rafraîchissement', 'Refresh token')}</dt><dd>${has ? say(`reçu, utilisé ${times} fois`, `received, used ${times} ${times === 1 ? 'time' : 'times'}`) : say('non reçu', 'not received')}</dd></div>
<div><dt>Userinfo</dt><dd>${say(`lu à ${clockIn(language, session.userinfoAt)}`, `read at ${clockIn(language, session.userinfoAt)}`)}</dd></div>
</dl>
<div class="actions">${
    has
      ? postButton(samplePaths.refresh, say('Rafraîchir les jetons', 'Refresh the tokens'))
      : html`<a class="button secondary" href="${samplePaths.signIn}?prompt=consent">${say('Obtenir un jeton de rafraîchissement', 'Get a refresh token')}</a>`
  }${postButton(samplePaths.userinfo, say('Relire userinfo', 'Read userinfo again'))}</div>`
}

/** What the service knows of the person who has signed in, how it came to know it, and what it was not told. */
export const spacePage = (language: Language, session: SignedIn, notice: Notice | undefined): string => {
  const say = sayIn(language)
  const title = say('Votre session est ouverte', 'Your session is open')
  const body = html`${noticeBox(notice)}<h1>${title}</h1>
<p class="lead">${say("Voici tout ce que ce service a reçu de Guichet, et ce qu'il n'a pas reçu.", 'Here is all that this service received from Guichet, and what it did not.')}</p>
<div class="actions">${postButton(samplePaths.signOut, say('Se déconnecter', 'Sign out'))}</div>
<h2>${say("Ce qu'il a reçu", 'What it received')}</h2>
${receivedList(session, say)}
<h2>${say("Ce qu'il n'a pas reçu, et pourquoi", 'What it did not receive, and why')}</h2>
${missingList(session, say)}
<h2>${say('Les jetons', 'The tokens')}</h2>
${tokens(session, language, say)}
<h2>${say('Tel que reçu', 'As received')}</h2>
${rawJson(say("ID token : l'en-tête", 'ID token: the header'), session.idTokenHeader)}
${rawJson(say('ID token : le contenu', 'ID token: the payload'), session.idTokenClaims)}
${rawJson('Userinfo', session.userinfo)}
<details><summary>${say('ID token : signé, tel quel', 'ID token: signed, as it is')}</summary><pre>${session.idToken}</pre></details>`
  return samplePage(language, title, body)
}
