import { type Html, html } from '../../common/html.ts'
import { type Language, sayIn } from '../../common/language.ts'
import { layout } from '../../common/layout.ts'
import type { TestPerson } from '../people.ts'

export const simulatorSite = {
  name: (language: Language) => sayIn(language)('FranceConnect simulé', 'Simulated FranceConnect'),
  label: (language: Language) => sayIn(language)('Démo', 'Demo'),
}

/** Every page says first what it is not. */
export const simulatorPage = (language: Language, title: string, body: Html): string => {
  const say = sayIn(language)
  return layout({
    language,
    site: simulatorSite.name(language),
    label: simulatorSite.label(language),
    title,
    body: html`<div class="notice care"><p><strong>${say("Simulateur : ce n'est pas FranceConnect.", 'Simulator: this is not FranceConnect.')}</strong> ${say('Les personnes et leurs numéros sont fictifs.', 'The people and their numbers are fictitious.')}</p></div>
<h1>${title}</h1>
${body}`,
  })
}

const spaced = (nir: string): string =>
  nir.replace(/^(.)(..)(..)(..)(...)(...)$/, '$1 $2 $3 $4 $5 $6').replaceAll(' ', '\u00a0')

/** « 14 mai 1985 », or what is known of it: « 1948-00-00 ». */
const dayIn = (language: Language, date: string): string => {
  if (date.includes('-00')) return date
  const format = { dateStyle: 'long', timeZone: 'UTC' } as const
  return new Date(date).toLocaleDateString(language === 'fr' ? 'fr-FR' : 'en-GB', format)
}

/** « Élodie Anne EXEMPLE, née en métropole », then what it takes to finish a sign-up. */
export const personLines = (language: Language, { about, nir, claims }: TestPerson): Html => {
  const say = sayIn(language)
  const { preferred_username: usage, idp_birthdate: raw, birthdate } = claims
  return html`<strong>${claims.given_name} ${claims.family_name}</strong>
<span class="small">${say(...about)}. ${usage !== undefined && usage !== '' && say(`Nom d'usage : ${usage}. `, `Usage name: ${usage}. `)}${say('Date de naissance', 'Date of birth')}${say(' : ', ': ')}${dayIn(language, raw ?? birthdate)}.</span>
<span class="small">${say('Numéro de sécurité sociale', 'Social security number')}${say(' : ', ': ')}${spaced(nir.number)}, ${say('clé', 'key')} ${nir.key}</span>`
}
