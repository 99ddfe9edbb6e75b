import type { Context } from 'koa'
import type { Interaction, Interactions, SignedIn } from '../../oidc/contracts.ts'

export type FinishSignIn = (ctx: Context, interaction: Interaction, signedIn: SignedIn) => Promise<string>

/** A create request is answered by signing in too: whoever has an account needs no other. Gives where the person goes on. */
export const makeFinishSignIn =
  (interactions: Pick<Interactions, 'answer'>): FinishSignIn =>
  (ctx, { uid, prompt }, signedIn) =>
    interactions.answer(ctx, uid, { kind: prompt === 'create' ? 'create' : 'login', signedIn })
