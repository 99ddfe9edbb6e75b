import { type Html, html } from '../../common/html.ts'
import { type Language, type Say, sayIn } from '../../common/language.ts'
import type { FranceConnectKind } from '../clients.ts'
import { type OfferedFault, offeredFaultNames } from '../faults.ts'
import type { TestPerson } from '../people.ts'
import { personLines, simulatorPage } from './frame.ts'

export type Choice = {
  readonly action: string
  /** Unguessable: what ties the form to its request. */
  readonly id: string
  readonly clientId: string
  readonly kind: FranceConnectKind
  readonly people: readonly TestPerson[]
}

const faultTexts: Readonly<Record<OfferedFault, readonly [string, string]>> = {
  wrongKey: ['Signé par une clé inconnue', 'Signed by an unknown key'],
  rotatedKey: ['Signé par une clé toute neuve', 'Signed by a brand new key'],
  algNone: ['Jetons sans signature (alg « none »)', 'Tokens without a signature (alg “none”)'],
  expiredIdToken: ["Jeton d'identité expiré", 'Expired ID token'],
  wrongNonce: ['Autre nonce', 'Another nonce'],
  wrongAud: ['Jeton pour un autre service (aud)', 'Token for another service (aud)'],
  wrongIss: ["Jeton d'un autre fournisseur (iss)", 'Token of another provider (iss)'],
  wrongAcr: ['Niveau plus bas que demandé (acr)', 'Lower level than asked (acr)'],
  unsignedUserinfo: ['Userinfo sans signature', 'Userinfo without a signature'],
  userinfoOtherSub: ["Userinfo d'une autre personne (sub)", "Someone else's userinfo (sub)"],
  missingClaims: ['Userinfo sans date de naissance ni sexe', 'Userinfo without date of birth nor sex'],
  slow: ['Réponse après 5 secondes', 'Answer after 5 seconds'],
  cutToken: ['Connexion coupée à /token', 'Connection cut at /token'],
  cutUserinfo: ['Connexion coupée à /userinfo', 'Connection cut at /userinfo'],
  tokenError: ['Erreur à /token', 'Error at /token'],
  userinfoError: ['Erreur à /userinfo', 'Error at /userinfo'],
  wrongIssInCallback: ["Retour au nom d'un autre fournisseur", 'Return in the name of another provider'],
  noIssInCallback: ['Retour sans nom de fournisseur', 'Return without the name of the provider'],
}

const faultField = (say: Say): Html =>
  html`<details><summary>${say('Ajouter une panne, pour les développeurs', 'Add a fault, for developers')}</summary>
<p><label for="fault">${say('Panne de la connexion qui suit', 'Fault of the sign-in that follows')}</label>
<select id="fault" name="fault"><option value="">${say('Aucune', 'None')}</option>${offeredFaultNames.map(
    name => html`<option value="${name}">${say(...faultTexts[name])}</option>`,
  )}</select></p></details>`

const endings = (say: Say): readonly (readonly [string, string])[] => [
  ['access_denied', say('Refuser', 'Refuse')],
  ['server_error', say('Simuler une erreur de FranceConnect', 'Simulate an error of FranceConnect')],
  ['temporarily_unavailable', say('Simuler une indisponibilité', 'Simulate an outage')],
]

const personRow = (language: Language, person: TestPerson): Html => {
  const { given_name_array: given, family_name: family } = person.claims
  return html`<li>${personLines(language, person)}
<div class="actions"><button class="button secondary" type="submit" name="person" value="${person.id}">${sayIn(language)('Continuer avec', 'Continue with')} ${given[0]} ${family}</button></div></li>`
}

/** Whom to be, or how to fail. */
export const choicePage = (language: Language, { action, id, clientId, kind, people }: Choice): string => {
  const say = sayIn(language)
  const name = kind === 'franceconnect' ? 'FranceConnect' : 'FranceConnect+'
  const body = html`<p>${say(`« ${clientId} » demande une identité à ${name}. Choisissez celle qu'il recevra.`, `“${clientId}” asks ${name} for an identity. Choose the one that it will get.`)}</p>
<link rel="stylesheet" href="/france-connect.css">
<form method="post" action="${action}">
<input type="hidden" name="request" value="${id}">
${faultField(say)}
<h2>${say('Les personnes', 'The people')}</h2>
<ul class="missing">${people.map(person => personRow(language, person))}</ul>
<h2>${say('Revenir sans identité', 'Go back without an identity')}</h2>
<div class="actions">${endings(say).map(
    ([error, text]) =>
      html`<button class="button secondary" type="submit" name="error" value="${error}">${text}</button>`,
  )}</div>
</form>`
  return simulatorPage(language, say('Choisissez une personne de test', 'Choose a test person'), body)
}

/** What the common style sheet lacks. */
export const choiceCss = `label { display: block; font-weight: 600; }
select { width: 100%; min-height: 3rem; margin-top: 0.25rem; padding: 0.5rem; border: 1px solid var(--edge); border-radius: 6px; background: var(--surface); color: var(--ink); font: inherit; }
.missing .actions { margin: 0.75rem 0 0; }
`
