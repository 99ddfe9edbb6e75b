import { numberToSignUpWith, readyMadePerson } from './people.ts'

export type Addresses = {
  readonly issuer: string
  readonly serviceUrl: string
  readonly mailboxUrl: string
  readonly franceConnectUrl: string
}

type Out = { write(text: string): unknown; readonly isTTY?: boolean }
type Style = {
  readonly bold: (text: string) => string
  readonly link: (text: string) => string
  readonly soft: (text: string) => string
}

const coded =
  (on: boolean, code: string) =>
  (text: string): string =>
    on ? `\u001b[${code}m${text}\u001b[0m` : text

const spaced = (nir: string): string => nir.replace(/^(.)(..)(..)(..)(...)(...)$/, '$1 $2 $3 $4 $5 $6')

const rows = (pairs: readonly (readonly [string, string])[]): string[] => {
  const width = Math.max(...pairs.map(([name]) => name.length))
  return pairs.map(([name, value]) => `    ${name.padEnd(width)}   ${value}`)
}

/** What the terminal says once all has started: where to go and what to try. */
export const announcement = (
  { issuer, serviceUrl, mailboxUrl, franceConnectUrl }: Addresses,
  colours: boolean,
): string => {
  const style: Style = { bold: coded(colours, '1'), link: coded(colours, '36'), soft: coded(colours, '2') }
  const { bold, link, soft } = style
  return [
    '',
    `  ${bold('Guichet est ouvert.')} ${soft('· Guichet is open.')}`,
    '',
    ...rows([
      ["Commencez ici : un service d'essai", link(serviceUrl)],
      ['Guichet', link(issuer)],
      ['La messagerie où arrivent les courriels', link(mailboxUrl)],
      ['FranceConnect simulé', link(franceConnectUrl)],
    ]),
    '',
    `  ${bold('Se connecter')} ${soft('· Sign in: this person has an account')}`,
    ...rows([
      ['Numéro de sécurité sociale', spaced(readyMadePerson.nir)],
      ['Mot de passe', readyMadePerson.password],
    ]),
    '',
    `  ${bold('Créer un compte')} ${soft('· Sign up: this number has none yet')}`,
    ...rows([
      ['Numéro de sécurité sociale', spaced(numberToSignUpWith.nir)],
      ['Clé', numberToSignUpWith.nirKey],
      ['Courriel', `${numberToSignUpWith.email} (tout autre convient aussi)`],
    ]),
    '',
    `  ${soft('Tout est fictif et reste dans var/. Ctrl-C pour arrêter.')}`,
    `  ${soft('All is fictitious and stays in var/. Ctrl-C to stop.')}`,
    '',
    '',
  ].join('\n')
}

/** Prints it; in colours on a terminal that has not asked for none (NO_COLOR). */
export const announce = (addresses: Addresses, out: Out, environment: NodeJS.ProcessEnv = process.env): void => {
  out.write(announcement(addresses, out.isTTY === true && (environment.NO_COLOR ?? '') === ''))
}
