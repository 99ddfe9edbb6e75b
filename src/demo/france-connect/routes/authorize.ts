import type Router from '@koa/router'
import type { Context } from 'koa'
import { readForm } from '../../common/form.ts'
import { type Language, languageOf } from '../../common/language.ts'
import { type Faults, isOfferedFault, offeredFaults } from '../faults.ts'
import { type Given, newId, type Session } from '../memory.ts'
import { choicePage } from '../pages/choice.ts'
import { stopPage } from '../pages/stop.ts'
import {
  type AuthorisationRequest,
  type CallbackError,
  parseAuthorisationRequest,
} from '../protocol/authorisation-request.ts'
import { callbackUrl } from './callback.ts'
import { sessionCookie } from './cookies.ts'
import type { RouteNeeds } from './needs.ts'

const errors: readonly CallbackError[] = [
  'access_denied',
  'server_error',
  'temporarily_unavailable',
  'invalid_request',
  'invalid_scope',
  'invalid_acr',
]

const languageAsked = (ctx: Context, uiLocales: string | null): Language => {
  const first = uiLocales
    ?.split(' ')
    .map(tag => tag.slice(0, 2))
    .find(tag => tag === 'fr' || tag === 'en')
  return first === 'fr' || first === 'en' ? first : languageOf(ctx)
}

const seeOther = (ctx: Context, url: string): void => {
  ctx.status = 303
  ctx.redirect(url)
}

/** What was chosen on the page of test people. */
const choiceOf = (form: URLSearchParams): { readonly error: CallbackError | undefined; readonly faults: Faults } => {
  const fault = form.get('fault') ?? ''
  return {
    error: errors.find(error => error === form.get('error')),
    faults: isOfferedFault(fault) ? offeredFaults[fault] : {},
  }
}

/** Where people arrive, choose whom to be, and leave. */
export const authorizeRoutes = (router: Router, needs: RouteNeeds): void => {
  const { issuer, path, kind, clients, people, memory, clock } = needs
  const cookie = sessionCookie(kind)

  const giveCode = (ctx: Context, request: AuthorisationRequest, session: Session, faults: Faults): void => {
    const given: Given = { request, ...session, faults }
    const code = newId()
    memory.codes.set(code, given)
    seeOther(ctx, callbackUrl(request, { code }, issuer, { ...needs.faults(), ...faults }))
  }

  router.get(`${path}/authorize`, ctx => {
    const asked = new URLSearchParams(ctx.querystring)
    const language = languageAsked(ctx, asked.get('ui_locales'))
    const parsed = parseAuthorisationRequest(asked, clients, kind)
    switch (parsed.kind) {
      case 'stopped':
        return stopPage(ctx, language, parsed)
      case 'returned': {
        const { error, why } = parsed
        return seeOther(ctx, callbackUrl(parsed, { error, error_description: why }, issuer, needs.faults()))
      }
      case 'asked': {
        const { request } = parsed
        const sessionId = cookie.get(ctx)
        const session = memory.sessions.get(sessionId)
        if (session !== undefined && !request.prompts.includes('login')) {
          memory.sessions.set(sessionId, session) // thirty minutes from its last use
          return giveCode(ctx, request, session, {})
        }
        const id = newId()
        memory.requests.set(id, request)
        ctx.type = 'html'
        ctx.body = choicePage(language, { action: `${path}/choix`, id, clientId: request.client.id, people, kind })
      }
    }
  })

  router.post(`${path}/choix`, async ctx => {
    const form = await readForm(ctx)
    const { error, faults } = choiceOf(form)
    const person = people.find(({ id }) => id === form.get('person'))
    if (error === undefined && person === undefined) ctx.throw(400)
    const request = memory.requests.take(form.get('request') ?? '')
    if (request === undefined)
      return stopPage(ctx, languageOf(ctx), { code: 'SIM-EXPIRED', why: 'this request was answered, or is too old' })
    if (error !== undefined || person === undefined) {
      const answer = { error: error ?? 'server_error', error_description: 'chosen on the page of the simulator' }
      return seeOther(ctx, callbackUrl(request, answer, issuer, { ...needs.faults(), ...faults }))
    }
    const session: Session = { person, authTime: Math.floor(clock() / 1_000) }
    memory.sessions.take(cookie.get(ctx))
    const sessionId = newId()
    memory.sessions.set(sessionId, session)
    cookie.set(ctx, sessionId)
    giveCode(ctx, request, session, faults)
  })
}
