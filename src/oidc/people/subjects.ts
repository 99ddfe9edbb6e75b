import { createHmac, createSecretKey } from 'node:crypto'
import type { Client } from 'oidc-provider'
import type { Clients } from '../clients/clients.ts'

export type Subjects = {
  /** The subject that a service's sector knows an account by. */
  pairwise(client: Client, accountId: string): string
  /** The same, or the account's own id for a service registered so. */
  of(client: Client, accountId: string): string
}

export const makeSubjects = (pairwiseKey: string, clients: Pick<Clients, 'recordOf'>): Subjects => {
  const key = createSecretKey(Buffer.from(pairwiseKey))

  const pairwise: Subjects['pairwise'] = (client, accountId) =>
    // The NUL keeps two pairs from reading the same.
    createHmac('sha256', key)
      .update(`${clients.recordOf(client).sector}\0${accountId}`)
      .digest('base64url')

  return {
    pairwise,
    of: (client, accountId) => (client.subjectType === 'pairwise' ? pairwise(client, accountId) : accountId),
  }
}
