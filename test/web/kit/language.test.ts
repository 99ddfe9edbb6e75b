import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import Koa from 'koa'
import { ambientOf, setAmbient } from '../../../src/operations/ambient.ts'
import { makeSealedCookies } from '../../../src/protection/sealed-cookie.ts'
import { makeCookies } from '../../../src/web/kit/cookies.ts'
import { chosenLanguage, suggestLanguage } from '../../../src/web/middleware/language.ts'
import { aVault } from '../../builders/keys.ts'
import { noon } from '../../builders/records.ts'

const clock = () => noon
const cookies = makeCookies({ secure: false, sealed: makeSealedCookies({ vault: aVault(), clock }), clock })
const app = new Koa()

const asking = (headers: { readonly [name: string]: string }) => {
  const req = new IncomingMessage(new Socket())
  Object.assign(req.headers, headers)
  setAmbient(req, { requestId: 'r', language: 'fr', network: 'unknown' })
  return app.createContext(req, new ServerResponse(req))
}

const word = fc.oneof(
  fc.constantFrom(
    'fr',
    'en',
    'EN-gb',
    'fr-CA;q=0',
    'en;q=1',
    '*',
    '*;q=0',
    ';q=',
    'q=NaN',
    '__proto__',
    'constructor',
    '-',
    '',
  ),
  fc.string({ maxLength: 30 }),
)
const header = fc.array(word, { maxLength: 60 }).map(words => words.join(','))

describe('the language', () => {
  it('is French or English, whatever browsers and cookies say', () => {
    fc.assert(
      fc.property(header, header, (accepted, cookie) => {
        const ctx = asking({ 'accept-language': accepted, cookie: `guichet-language=${cookie}` })
        expect(['fr', 'en']).toContain(chosenLanguage(ctx, cookies))
      }),
    )
  })

  it('is the one chosen before, whatever browsers and services say', () => {
    fc.assert(
      fc.property(header, header, fc.constantFrom('fr', 'en'), (accepted, wanted, chosen) => {
        const ctx = asking({ 'accept-language': accepted, cookie: `guichet-language=${chosen}` })
        expect(chosenLanguage(ctx, cookies)).toBe(chosen)
        suggestLanguage(ctx, cookies, wanted)
        expect(ambientOf(ctx.req)).toMatchObject({ language: 'fr' }) // what it was before
      }),
    )
  })

  it('is the first that a service asks for and that there is, else what it was', () => {
    const tag = fc.oneof(fc.constantFrom('fr', 'en', 'EN-GB', 'de', 'fr-CA'), fc.string({ maxLength: 12 }))
    fc.assert(
      fc.property(fc.array(tag, { maxLength: 40 }), tags => {
        const ctx = asking({})
        suggestLanguage(ctx, cookies, tags.join(' '))
        const first = tags
          .join(' ')
          .split(' ')
          .find(one => /^(?:fr|en)/i.test(one))
        expect(ambientOf(ctx.req)).toMatchObject({ language: /^en/i.test(first ?? '') ? 'en' : 'fr' })
      }),
    )
  })
})
