/** What a journey needs to know of the server that it is played against. */
export type Target = {
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret: string
  /** What each person types. */
  readonly typed: readonly { readonly nir: string; readonly password: string }[]
}

export const CALLBACK = 'https://service.exemple.fr/retour'
/** Journeys played at once: as many people, each at their own browser. */
export const PEOPLE = 2

export const isTarget = (value: unknown): value is Target =>
  typeof value === 'object' && value !== null && 'issuer' in value && 'typed' in value
