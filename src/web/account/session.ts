import type { Context } from 'koa'
import type { makePersonReader } from '../../accounts/person.ts'
import type { Interactions, OwnPage } from '../../oidc/contracts.ts'
import type { Desk } from '../kit/desk.ts'
import { PATHS } from '../views/models.ts'

export type OwnSession = {
  readonly accountId: string
  /** An upstream vouched for the person in this session, a moment ago. */
  readonly vouched: boolean
}

/** How long an upstream's word is fresh enough to change what opens an account. */
const FRESH_SECONDS = 15 * 60

export type OwnSessionNeeds = {
  readonly readPerson: ReturnType<typeof makePersonReader>
  readonly desk: Pick<Desk, 'redirect'>
  readonly interactions: Pick<Interactions, 'session' | 'ownSignInUrl'>
  readonly clock: () => Date
}

/** Who is signed in, for the pages of `/compte`; the others sign in first, and come back to that page. */
export const makeOwnSession = ({ desk, interactions, readPerson, clock }: OwnSessionNeeds) => {
  const signedIn = async (ctx: Context, next: OwnPage): Promise<OwnSession | undefined> => {
    const session = await interactions.session(ctx)
    if (!session) {
      desk.redirect(ctx, interactions.ownSignInUrl({ next }))
      return undefined
    }
    const { accountId, amr, signedInAt } = session
    const fresh = clock().getTime() - signedInAt.getTime() < FRESH_SECONDS * 1000
    return { accountId, vouched: fresh && amr.includes('fed') }
  }

  return {
    signedIn,
    /** The same, sent to an upstream of theirs again where its word is not fresh; who has none has other ways. */
    vouchedFor: async (ctx: Context, next: OwnPage): Promise<OwnSession | undefined> => {
      const session = await signedIn(ctx, next)
      if (!session || session.vouched) return session
      const upstream = (await readPerson(session.accountId))?.person.identities?.[0]?.upstream
      desk.redirect(ctx, upstream ? interactions.ownSignInUrl({ next, again: true, upstream }) : PATHS.connections)
      return undefined
    },
  }
}
