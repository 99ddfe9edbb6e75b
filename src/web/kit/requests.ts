import type { Context } from 'koa'
import type { Interaction, Interactions } from '../../oidc/contracts.ts'
import { suggestLanguage } from '../middleware/language.ts'
import type { Cookies } from './cookies.ts'
import type { Desk, ShowOptions } from './desk.ts'

/** Authorisation requests as pages meet them: found, or answered with the page that says why not. */
export type Requests = {
  /** The request of `:uid`, or of the one given, or undefined when it was answered already (expired, another browser's, cookies off, signed in since). */
  open(ctx: Context, uid?: string): Promise<Interaction | undefined>
  /** The same, where a request that is over changes nothing: undefined then, and nothing answered. */
  peek(ctx: Context, uid: string | undefined): Promise<Interaction | undefined>
}

/** Parameters of a route, as @koa/router leaves them. */
export const param = (ctx: Context, name: string): string => {
  const params: { readonly [name: string]: string | undefined } = ctx.params ?? {}
  return params[name] ?? ''
}

/** How a page inside a request is shown: the service named, the way back, the CSP open to its answer. */
export const within = (interaction: Interaction | undefined): ShowOptions =>
  interaction
    ? {
        service: interaction.service,
        returnHref: `/connexion/${interaction.uid}/retour`,
        redirectOrigin: interaction.redirectOrigin,
        signedIn: interaction.accountId !== undefined,
      }
    : {}

/** The same for a page that does not answer the request: its forms lead nowhere else. */
export const aside = (interaction: Interaction | undefined): ShowOptions => ({
  ...within(interaction),
  redirectOrigin: undefined,
})

/** A button or « Retourner sur {service} », pressed; going back to the page itself is no act. */
const isAct = ({ method, path, query }: Context): boolean =>
  method === 'POST' || path.endsWith('/retour') || query.encore !== undefined

type Door = { readonly initiateLoginUri?: string | undefined; readonly homePage?: string | undefined }

/** The service's own door knows who comes back. */
const doorOf = (service: Door | undefined): string => service?.initiateLoginUri ?? service?.homePage ?? '/'

export const makeRequests = ({
  interactions,
  desk,
  cookies,
}: {
  readonly interactions: Interactions
  readonly desk: Desk
  readonly cookies: Cookies
}): Requests => ({
  open: async (ctx, uid = param(ctx, 'uid')) => {
    const found = await interactions.find(ctx, uid)
    // answered by another press of its button, and kept alive by this one's late save: nothing is asked anew
    if (found.kind === 'found' && ctx.query.encore !== undefined) {
      desk.redirect(ctx, doorOf(found.interaction.service))
      return undefined
    }
    if (found.kind === 'found') {
      suggestLanguage(ctx, cookies, found.interaction.uiLocales)
      return found.interaction
    }
    const { service } = found
    if (found.kind === 'otherBrowser' && ctx.get('Cookie') === '') {
      desk.error(ctx, 'COOKIES_OFF', { service, hrefs: { restart: doorOf(service) } })
      return undefined
    }
    // the back button after signing in, a double click: nothing has expired for this person, the service's own door knows them
    if (found.kind !== 'otherBrowser' && (found.signedIn || (found.justAnswered && isAct(ctx)))) {
      desk.redirect(ctx, doorOf(service))
      return undefined
    }
    desk.error(ctx, found.kind === 'expired' ? 'INTERACTION_EXPIRED' : 'INTERACTION_OVER', { service })
    return undefined
  },
  peek: async (ctx, uid) => {
    if (!uid) return undefined
    const found = await interactions.find(ctx, uid)
    if (found.kind !== 'found') return undefined
    suggestLanguage(ctx, cookies, found.interaction.uiLocales)
    return found.interaction
  },
})
