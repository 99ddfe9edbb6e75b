import type { Faults } from '../faults.ts'

/** The address that the person goes back to, with the issuer's name as RFC 9207 asks, errors included. */
export const callbackUrl = (
  { redirectUri, state }: { readonly redirectUri: string; readonly state: string },
  answer: Readonly<Record<string, string>>,
  issuer: string,
  faults: Faults,
): string => {
  const url = new URL(redirectUri)
  const told = {
    ...answer,
    ...(state === '' ? {} : { state }),
    ...(faults.noIssInCallback ? {} : { iss: faults.wrongIssInCallback ? 'https://another-issuer.example' : issuer }),
  }
  for (const [name, value] of Object.entries(told)) url.searchParams.append(name, value)
  return url.href
}
