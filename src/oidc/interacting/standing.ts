import type { Context } from 'koa'
import type Provider from 'oidc-provider'
import type { Interaction as Kept } from 'oidc-provider'
import type { ArtefactStore } from '../../stores/contracts.ts'
import { findByFormer } from '../storage/former.ts'
import type { Browser } from './browser.ts'

type StandingNeeds = {
  readonly provider: () => Provider
  readonly browser: Pick<Browser, 'sessionId'>
  readonly artefacts: ArtefactStore
}

/** The library resumes only in the session that the request began in, and for the same person; another tab may have just changed its id. */
export const makeSessionStands =
  ({ provider, browser, artefacts }: StandingNeeds) =>
  async (ctx: Context, kept: Kept): Promise<boolean> => {
    if (!kept.session?.uid) return true
    const { uid, accountId } = kept.session
    const session = await provider().Session.get(ctx)
    if (session.uid === uid && session.accountId === accountId) return true
    const id = browser.sessionId(ctx)
    const former = id === undefined ? undefined : await findByFormer(artefacts, id)
    return former !== undefined && former.payload.uid === uid && former.payload.accountId === accountId
  }
