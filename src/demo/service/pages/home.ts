import { type Html, html } from '../../common/html.ts'
import { type Language, type Say, sayIn } from '../../common/language.ts'
import { layout } from '../../common/layout.ts'
import { samplePaths } from '../metadata.ts'

export const sampleSite = {
  name: () => 'Mes démarches',
  nameLanguage: 'fr' as const,
  label: (language: Language) => sayIn(language)("Service d'essai", 'Sample service'),
}

export type Notice = { readonly tone: 'done' | 'care' | 'plain'; readonly text: string }

export const noticeBox = (notice: Notice | undefined): Html | undefined =>
  notice &&
  html`<div class="notice ${notice.tone === 'plain' ? '' : notice.tone}" role="status"><p>${notice.text}</p></div>`

export const samplePage = (language: Language, title: string, body: Html): string =>
  layout({
    language,
    site: sampleSite.name(),
    siteLanguage: sampleSite.nameLanguage,
    label: sampleSite.label(language),
    title,
    body,
  })

const otherWays = (say: Say): Html => {
  const ways: readonly (readonly [string, string])[] = [
    [
      'prompt=consent',
      say(
        "demander de nouveau l'accord, et un jeton de rafraîchissement",
        'ask for consent again, and for a refresh token',
      ),
    ],
    ['prompt=login', say('demander de nouveau le mot de passe', 'ask for the password again')],
    ['prompt=select_account', say('demander quel compte utiliser', 'ask which account to use')],
    ['prompt=none', say('répondre sans rien afficher', 'answer without showing anything')],
    ['max_age=0', say('exiger une connexion toute fraîche', 'require a fresh sign-in')],
  ]
  const items = ways.map(
    ([query, what]) => html`<li><a href="${samplePaths.signIn}?${query}"><code>${query}</code></a> ${what}</li>`,
  )
  return html`<details><summary>${say('Autres façons de se connecter, pour les développeurs', 'Other ways to sign in, for developers')}</summary><ul class="choices">${items}</ul></details>`
}

export const homePage = (language: Language, notice: Notice | undefined): string => {
  const say = sayIn(language)
  const title = say('Vos démarches en ligne', 'Your procedures online')
  const body = html`${noticeBox(notice)}<div class="card">
<h1>${title}</h1>
<p class="lead">${say(
    "Ce service d'essai vous fait connaître par Guichet, puis vous montre tout ce qu'il reçoit de vous.",
    'This sample service has you identified by Guichet, then shows you all that it receives about you.',
  )}</p>
<div class="actions"><a class="button" href="${samplePaths.signIn}">${say('Se connecter', 'Sign in')}</a>
<a class="button secondary" href="${samplePaths.signUp}">${say('Je crée mon compte', 'Create my account')}</a></div>
<p class="hint">${say("Le terminal où vous avez lancé Guichet donne une personne et un numéro d'essai.", 'The terminal where you started Guichet gives a person and a number to try with.')}</p>
</div>
${otherWays(say)}`
  return samplePage(language, title, body)
}

/** A page that says one thing and offers one way on. */
export const tellingPage = (
  language: Language,
  told: {
    readonly title: string
    readonly text: string
    readonly action: { readonly href: string; readonly text: string }
  },
): string =>
  samplePage(
    language,
    told.title,
    html`<div class="card"><h1>${told.title}</h1><p>${told.text}</p><div class="actions"><a class="button" href="${told.action.href}">${told.action.text}</a></div></div>`,
  )
