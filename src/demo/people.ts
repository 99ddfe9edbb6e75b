/**
 * The people of the demonstration. None can exist: their numbers are of births in the country 99999, which there is not
 * (identity/fictitious-nir.ts). The keys are right, so that the form takes them. The telephone comes from the range that
 * ARCEP keeps for fiction (06 39 98 xx xx).
 */
export type DemoPerson = {
  readonly birthName: string
  /** The 13 characters, without the key. */
  readonly nir: string
  readonly nirKey: string
  readonly email: string
  readonly password: string
  readonly mobile: string
  readonly address: {
    readonly houseNumber: string
    readonly streetType: string
    readonly streetName: string
    readonly postalCode: string
    readonly city: string
  }
}

/** Has an account from the start. */
export const readyMadePerson: DemoPerson = {
  birthName: 'Personne-Fictive',
  nir: '2850599999001',
  nirKey: '31',
  email: 'camille@example.fr',
  password: 'Tournesol-Bleu-42',
  mobile: '0639981234',
  address: {
    houseNumber: '12',
    streetType: 'RUE',
    streetName: 'des Exemples',
    postalCode: '26340',
    city: 'Rochefourchat',
  },
}

/** Has none: for signing up. */
export const numberToSignUpWith = { nir: '1901199999002', nirKey: '28', email: 'dominique@example.fr' } as const
