import { createHmac } from 'node:crypto'
import type { PersonClaims } from '../people.ts'

const pivot = [
  'given_name',
  'given_name_array',
  'family_name',
  'birthdate',
  'gender',
  'birthplace',
  'birthcountry',
] as const
type ClaimName = keyof PersonClaims

/** What each scope gives. Sets first, as facts/franceconnect.md has them, then scopes of one claim. */
export const claimsOfScope: Readonly<Record<string, readonly ClaimName[]>> = {
  openid: [],
  identite_pivot: pivot,
  profile: ['given_name', 'given_name_array', 'family_name', 'birthdate', 'gender', 'preferred_username'],
  birth: ['birthplace', 'birthcountry'],
  email: ['email'],
  given_name: ['given_name', 'given_name_array'],
  family_name: ['family_name'],
  birthdate: ['birthdate'],
  gender: ['gender'],
  birthplace: ['birthplace'],
  birthcountry: ['birthcountry'],
  preferred_username: ['preferred_username'],
  idp_birthdate: ['idp_birthdate'],
}

/** Those claims of a person that the scopes give. */
export const claimsFor = (person: PersonClaims, scopes: readonly string[]): Partial<PersonClaims> => {
  const names = new Set<string>(scopes.flatMap(scope => claimsOfScope[scope] ?? []))
  const all = { ...person, idp_birthdate: person.idp_birthdate ?? person.birthdate }
  return Object.fromEntries(Object.entries(all).filter(([name]) => names.has(name)))
}

/** 66 characters, one for each client, made of the civil status alone: another one makes another subject. */
export const subjectOf = (person: PersonClaims, clientId: string): string => {
  const civilStatus = [clientId, ...pivot.map(name => person[name])]
  return `${createHmac('sha256', 'simulated FranceConnect').update(JSON.stringify(civilStatus)).digest('hex')}v1`
}
