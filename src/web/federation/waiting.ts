import type { Context } from 'koa'
import type { Interaction } from '../../oidc/contracts.ts'
import type { Desk } from '../kit/desk.ts'
import type { Requests } from '../kit/requests.ts'
import type { Arrivals, Waiting } from './arrivals.ts'

export type Standing = { readonly interaction: Interaction; readonly waiting: Waiting }

/** The request and who was vouched for within it; undefined when that was answered already: without an upstream's word, it is sign-in. */
export const makeStanding =
  ({ desk, requests, arrivals }: { readonly desk: Desk; readonly requests: Requests; readonly arrivals: Arrivals }) =>
  async (ctx: Context): Promise<Standing | undefined> => {
    const interaction = await requests.open(ctx)
    if (!interaction) return undefined
    const waiting = await arrivals.find(interaction.uid)
    if (waiting) return { interaction, waiting }
    desk.redirect(ctx, `/connexion/${interaction.uid}`)
    return undefined
  }
