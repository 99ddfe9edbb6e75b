import { html } from '../../common/html.ts'
import { type Language, sayIn } from '../../common/language.ts'
import type { FranceConnectKind } from '../clients.ts'
import type { TestPerson } from '../people.ts'
import { personLines, simulatorPage } from './frame.ts'

export type Home = {
  readonly issuer: string
  readonly kind: FranceConnectKind
  readonly people: readonly TestPerson[]
}

export const homePage = (language: Language, { issuer, kind, people }: Home): string => {
  const say = sayIn(language)
  const name = kind === 'franceconnect' ? 'FranceConnect' : 'FranceConnect+'
  const body = html`<p>${say(
    `Il répond comme ${name} aux services qui lui demandent une identité, et refuse ce que ${name} refuse.`,
    `It answers like ${name} to the services that ask for an identity, and refuses what ${name} refuses.`,
  )}</p>
<p>${say("Commencez depuis Guichet, par le bouton « S'identifier avec FranceConnect ».", "Start from Guichet, with the button “S'identifier avec FranceConnect”.")}</p>
<p><a href="${issuer}/.well-known/openid-configuration">${say('Description pour les programmes', 'Description for programs')}</a></p>
<h2>${say('Les personnes', 'The people')}</h2>
<ul class="missing">${people.map(person => html`<li>${personLines(language, person)}</li>`)}</ul>`
  return simulatorPage(language, simulatorTitle(language), body)
}

const simulatorTitle = (language: Language): string =>
  sayIn(language)("Un FranceConnect pour s'essayer", 'A FranceConnect to try with')

/** Where `error_uri` leads. */
export const errorPage = (language: Language, { code, id }: { readonly code: string; readonly id: string }): string => {
  const say = sayIn(language)
  const body = html`<p>${say("L'assistance de FranceConnect demande ces deux valeurs.", "FranceConnect's support asks for these two values.")}</p>
<dl class="facts"><div><dt>Code</dt><dd>${code}</dd></div><div><dt>${say('Référence', 'Reference')}</dt><dd>${id}</dd></div></dl>`
  return simulatorPage(language, say('Une erreur de FranceConnect', 'An error of FranceConnect'), body)
}
