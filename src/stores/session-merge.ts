/** What each service has in a session (its `sid` and Grant), by service id, as oidc-provider keeps it in the payload. */
type Payload = { readonly [name: string]: unknown }

export const authorizationsOf = (payload: Payload): { readonly [serviceId: string]: unknown } => {
  const { authorizations } = payload
  return typeof authorizations === 'object' && authorizations !== null ? { ...authorizations } : {}
}

/** The payload being saved, with the services that only the standing ones know; where both know one, the saved one decides. */
export const mergeAuthorizations = (saved: Payload, standing: readonly Payload[]): Payload => {
  const merged = Object.assign({}, ...standing.map(authorizationsOf), authorizationsOf(saved))
  return Object.keys(merged).length === 0 ? saved : { ...saved, authorizations: merged }
}
