/** Somebody whom an upstream vouches for, and what a number says of them. */
import type { Arrival } from '../../src/accounts/linking/arrival.ts'
import type { CrossCheck } from '../../src/identity/cross-check.ts'

export const ISSUER = 'https://franceconnect.example'

export const agreed: CrossCheck = { sex: 'agrees', year: 'agrees', month: 'agrees', place: 'agrees', verdict: 'agrees' }

export const arrivalAs = (sub: string, familyName: string, at: Date): Arrival => ({
  upstream: 'franceconnect',
  issuer: ISSUER,
  sub,
  acr: 'eidas1',
  amr: [],
  identity: {
    familyName,
    givenNames: ['Maëlle'],
    gender: 'female',
    birthdate: '1990-02-03',
    birthplace: '29019',
    birthcountry: '99100',
  },
  at,
})
