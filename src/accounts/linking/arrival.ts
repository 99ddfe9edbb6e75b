import type { FederatedIdentity } from '../../identity/person.ts'
import type { PivotIdentity } from '../../identity/pivot-identity.ts'

/** A person as an upstream provider has just vouched for them, everything verified. */
export type Arrival = {
  readonly upstream: string
  readonly issuer: string
  /** Changes when the civil status does: a known one is the same person with the same civil status. */
  readonly sub: string
  readonly acr: string
  readonly amr: readonly string[]
  readonly identity: PivotIdentity
  /** As the upstream gave it: nobody has shown here that it is theirs. */
  readonly email?: string
  readonly at: Date
}

export const federatedOf = ({ upstream, issuer, sub }: Arrival, linkedAt: Date): FederatedIdentity => ({
  upstream,
  issuer,
  sub,
  linkedAt: linkedAt.toISOString(),
})

export const verifiedOf = ({ identity, upstream, at }: Arrival) => ({
  identity,
  source: upstream,
  at: at.toISOString(),
})

/** The methods of a sign-in by an upstream: those that it told, and that it was one. */
export const methodsOf = ({ amr }: Pick<Arrival, 'amr'>): readonly string[] => [...new Set([...amr, 'fed'])]
