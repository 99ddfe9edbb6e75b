/**
 * A token that lives with its session is looked at beside that session, then beside its Grant, one after the other. Both are named
 * by the token: the Grant is read while the session is, and given once, to the request that the token was offered in.
 */
import Provider, { type KoaContextWithOIDC } from 'oidc-provider'
import type { ArtefactStore, FoundArtefact } from '../../stores/contracts.ts'

type Reading = { readonly grantId: string; readonly found: Promise<FoundArtefact | undefined> }

export type Foreseen = {
  /** Begins to read the Grant of a token that was found, when its session is to be read first. */
  begin(token: FoundArtefact['payload']): void
  grant(id: string): Promise<FoundArtefact | undefined>
}

export const makeForeseen = (artefacts: Pick<ArtefactStore, 'find'>): Foreseen => {
  const readings = new WeakMap<KoaContextWithOIDC, Reading>()

  return {
    begin({ expiresWithSession, grantId }) {
      const { ctx } = Provider
      if (!ctx || expiresWithSession !== true || typeof grantId !== 'string') return
      const found = artefacts.find('Grant', grantId)
      // told to whoever takes it, if anybody does
      found.catch(() => undefined)
      readings.set(ctx, { grantId, found })
    },

    grant(id) {
      const { ctx } = Provider
      const reading = ctx && readings.get(ctx)
      if (!reading || reading.grantId !== id) return artefacts.find('Grant', id)
      readings.delete(ctx)
      return reading.found
    },
  }
}
