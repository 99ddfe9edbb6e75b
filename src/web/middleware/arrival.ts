import { randomUUID } from 'node:crypto'
import type { Context, Next } from 'koa'
import { setAmbient } from '../../operations/ambient.ts'
import type { Language } from '../../stores/contracts.ts'
import type { Cookies } from '../kit/cookies.ts'
import { writeSecurityHeaders } from '../kit/headers.ts'
import { chosenLanguage } from './language.ts'

/** Twelve random digits and letters a to f, which a person may have to read out. */
export const newReference = (): string => randomUUID().slice(-12)

/** First of all: an id for this request, the person's network and language, and the headers that no answer goes without. */
export const arrival =
  ({
    cookies,
    secure,
    networkOf,
  }: {
    readonly cookies: Cookies
    readonly secure: boolean
    readonly networkOf: (remoteAddress: string | undefined, forwardedFor: string | undefined) => string
  }) =>
  async (ctx: Context, next: Next): Promise<void> => {
    let network: string | undefined
    let language: Language | undefined
    setAmbient(ctx.req, {
      requestId: newReference(),
      // read when somebody asks: most requests of machines ask for neither
      get network() {
        network ??= networkOf(ctx.req.socket.remoteAddress, ctx.get('X-Forwarded-For') || undefined)
        return network
      },
      get language() {
        language ??= chosenLanguage(ctx, cookies)
        return language
      },
    })
    writeSecurityHeaders(ctx.res, secure)
    await next()
  }
