import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { parseForm } from '../../src/web/kit/body.ts'
import { type Guichet, startGuichet } from '../support/guichet.ts'
import { aPerson, becomeAccount, linkOf, signUp, signUpFields } from '../support/people.ts'
import { makeVisitor, type Visitor } from '../support/visitor.ts'
import { exchange, type RawRequest, send } from './support/raw.ts'
import { aService, signIn, type TestService } from './support/services.ts'

let guichet: Guichet
let service: TestService
let port: number
let host: string
beforeAll(async () => {
  guichet = await startGuichet()
  service = await aService(guichet, { firstParty: false })
  port = Number(new URL(guichet.issuer).port)
  host = `localhost:${port}`
})
afterAll(() => guichet.stop())

const FORM = 'application/x-www-form-urlencoded'
/** The router's list, and one that it has not. */
const paths = (uid = 'abc'): readonly string[] => [
  ...new Set(guichet.app.routes.map(({ path }) => path.replace(':uid', uid).replace(/:[a-z]+/gi, '1'))),
  '/ailleurs',
]
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']
const PROTOTYPE = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'valueOf', '__defineGetter__']
const MARK = '<i data-x="reflet\'">'

/** Never our fault, never a page with what was sent unescaped. */
const expectHeld = (answer: { readonly status: number; readonly body: string }, what: unknown): void => {
  expect({ what, status: answer.status < 500 ? 'held' : answer.status }).toEqual({ what, status: 'held' })
  expect({ what, reflected: answer.body.includes(MARK) }).toEqual({ what, reflected: false })
}

const tell = (path: string, request: RawRequest = {}) =>
  send(port, path, { ...request, headers: { host, 'accept-language': 'fr', accept: 'text/html', ...request.headers } })

/** A browser that has been here: its cookie and the tokens of its forms are right. */
const visited = async (): Promise<{ readonly cookie: string; readonly tokens: Readonly<Record<string, string>> }> => {
  const visitor = makeVisitor(guichet.issuer)
  const tokens: Record<string, string> = {}
  for (const path of ['/inscription', '/inscription/renvoi', '/mot-de-passe-oublie', '/connexion']) {
    const page = await visitor.get(guichet.issuer + path)
    tokens[new URL(page.url).pathname] = /name="_token" value="([^"]+)"/.exec(page.body)?.[1] ?? ''
  }
  return { cookie: [...visitor.cookies].map(([name, value]) => `${name.split('|')[0]}=${value}`).join('; '), tokens }
}

const tried = { numRuns: 150 }

describe('whatever the address', () => {
  it('every path answers every method with a page or an error of its own', async () => {
    for (const path of paths())
      for (const method of METHODS) {
        const body = method === 'POST' ? `x=${encodeURIComponent(MARK)}` : undefined
        const headers: Record<string, string> = body ? { 'content-type': FORM } : {}
        expectHeld(await tell(path, { method, headers, ...(body ? { body } : {}) }), `${method} ${path}`)
      }
  })

  it('a very long one is refused, and the next one answered', async () => {
    const answer = await exchange(port, `GET /${'a'.repeat(20_000)} HTTP/1.1\r\nHost: ${host}\r\n\r\n`)
    expect(answer).toMatch(/^HTTP\/1\.1 4\d\d /)
    expect((await tell('/')).status).toBe(200)
  })
})

describe('whatever the form', () => {
  const names = Object.keys(signUpFields(aPerson()))
  const value = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 200 }),
    fc.constantFrom(
      MARK,
      '',
      ' ',
      '\u202e',
      '\ufeff',
      'a'.repeat(5000),
      '{{7*7}}',
      "' OR 1=1 --",
      '\r\nX-Injected: 1',
      '0',
      '-1',
      'on',
    ),
  )
  const fields = fc.dictionary(
    fc.oneof(
      fc.constantFrom(
        ...names,
        'action',
        '_language',
        'challengeId',
        'challengeMode',
        'challenge',
        'townAsked',
        'abroad',
        'country',
        'website',
        'formId',
      ),
      fc.constantFrom(...PROTOTYPE),
    ),
    value,
    { maxKeys: 30 },
  )

  it('sign-up, sign-in and recovery come back with what is wrong, escaped', async () => {
    const { cookie, tokens } = await visited()
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...Object.entries(tokens)), fields, async ([path, token], typed) => {
        const body = new URLSearchParams({ ...typed, _token: token }).toString()
        const answer = await tell(path, { method: 'POST', headers: { 'content-type': FORM, cookie }, body })
        expectHeld(answer, [path, typed])
        expect(answer.headers['x-injected']).toBeUndefined()
        expect(answer.body).not.toContain('49</')
      }),
      tried,
    )
  })

  it('bytes that are no form are refused as such', async () => {
    const { cookie } = await visited()
    const bodies: readonly (string | Buffer)[] = [
      'a=%',
      'a=%zz',
      'a=%c3%28',
      'a=%00',
      '%00=a',
      'a=1&a=2',
      'nir=1&nir=2',
      Buffer.from([0x61, 0x3d, 0xff, 0xfe]),
      Buffer.from([0x61, 0x3d, 0xed, 0xa0, 0x80]),
      Array.from({ length: 101 }, (_, n) => `f${n}=1`).join('&'),
    ]
    for (const body of bodies) {
      const answer = await tell('/inscription', { method: 'POST', headers: { 'content-type': FORM, cookie }, body })
      expect([String(body).slice(0, 20), answer.status]).toEqual([String(body).slice(0, 20), 400])
    }
  })

  it('another type of content is refused, whatever it holds', async () => {
    const { cookie } = await visited()
    const types = [
      'application/json',
      'multipart/form-data; boundary=x',
      'text/plain',
      '',
      `${FORM}x`,
      'application/xml',
    ]
    for (const type of types) {
      const headers: Record<string, string> = { cookie, ...(type ? { 'content-type': type } : {}) }
      const answer = await tell('/inscription', { method: 'POST', headers, body: '{"nir":{"$gt":""}}' })
      expect([type, answer.status]).toEqual([type, 400])
    }
  })

  it('100,000 bytes in one field are too many, and nothing of them is kept', async () => {
    const { cookie } = await visited()
    const body = `birthName=${'a'.repeat(100_000)}`
    const answer = await tell('/inscription', { method: 'POST', headers: { 'content-type': FORM, cookie }, body })
    expect(answer.status).toBe(413)
    expect((await tell('/')).status).toBe(200)
  })

  it('accents by the thousand on one letter are refused before anything is made of them', () => {
    const many = '\u0301\u0323'.repeat(10_000)
    for (const value of [
      many,
      `e${many}`,
      many.replaceAll('\u0323', '\u200b\u0323'),
      `x\u034f${many}`,
      many.replaceAll('\u0323', '\uff9e'),
    ]) {
      expect(parseForm(`city=${encodeURIComponent(value)}`)).toBeUndefined()
      expect(parseForm(`city=${value}`)).toBeUndefined()
    }
    const spoken = 'Nguyễn Thị Hương \u0928\u094d\u0926\u094d\u0930 e\u0301\u0323\u0302'.repeat(20)
    expect(parseForm(`city=${encodeURIComponent(spoken)}`)?.city).toBe(spoken)
  })

  it('accents sent as plain UTF-8, as by a command line, are read', () => {
    expect(parseForm('birthName=Noé')).toEqual(Object.assign(Object.create(null), { birthName: 'Noé' }))
  })

  it('gives back exactly what was written, for every text without NUL', () => {
    const word = fc.string({ unit: 'binary', maxLength: 30 }).map(text => text.toWellFormed().replaceAll('\0', ''))
    fc.assert(
      fc.property(fc.dictionary(fc.oneof(word, fc.constantFrom(...PROTOTYPE)), word, { maxKeys: 20 }), written => {
        const pairs = Object.entries(written)
        const read = parseForm(new URLSearchParams(pairs).toString())
        expect(Object.entries(read ?? {})).toEqual(pairs)
        expect(Object.getPrototypeOf(read)).toBeNull()
      }),
    )
  })
})

describe('whatever the headers', () => {
  it('cookies beyond what the server reads are refused, and the next request answered', async () => {
    const answer = await exchange(port, `GET / HTTP/1.1\r\nHost: ${host}\r\nCookie: ${'a=b; '.repeat(10_000)}\r\n\r\n`)
    expect(answer).toMatch(/^HTTP\/1\.1 431 /)
    expect((await tell('/')).status).toBe(200)
  })
})

describe('whatever stands in a living request', () => {
  const every = async (visitor: Visitor, path: string, fields: Readonly<Record<string, string>>) => {
    const page = await visitor.post(guichet.issuer + path, fields)
    expectHeld(page, [path, fields])
  }

  it('forms of one page sent to another, signed in or not, answer with a page', async () => {
    const visitor = makeVisitor(guichet.issuer)
    const person = aPerson()
    const signInPage = await visitor.get(service.request().url)
    const uid = new URL(signInPage.url).pathname.split('/').at(-1) ?? ''
    const token = /name="_token" value="([^"]+)"/.exec(signInPage.body)?.[1] ?? ''
    const ofPages = paths(uid).filter(path => !/^\/(?:authorize|session)/.test(path))
    for (const path of ofPages)
      for (const action of [
        '',
        'continue',
        'switch',
        'allow',
        'activate',
        'disown',
        'resend',
        'correct',
        'searchTowns',
        'unknown',
      ])
        await every(visitor, path, { _token: token, action, password: person.password, acceptTerms: 'on' })
  })

  it('answers each page of a journey twice without a fault', async () => {
    const visitor = makeVisitor(guichet.issuer)
    const person = aPerson()
    await becomeAccount(visitor, guichet, person)
    const page = await visitor.get(service.request().url)
    const consent = await visitor.submit(page, { nir: person.nir, password: person.password }, 'password')
    expect(consent.url).toContain('/autorisation/')
    const [first, second] = await Promise.all([
      visitor.submit(consent, { action: 'allow' }, 'allow'),
      visitor.submit(consent, { action: 'allow' }, 'allow'),
    ])
    for (const answer of [first, second, await visitor.submit(consent, { action: 'deny' }, 'deny')])
      expect(answer.status).toBeLessThan(500)
    await signUp(visitor, guichet, person)
    await signIn(makeVisitor(guichet.issuer), guichet, person)
    expect(linkOf(await guichet.mailTo(person.email, mail => mail.subject.includes('Guichet')))).toContain(
      guichet.issuer,
    )
  })
})

describe('after all of that', () => {
  it('no fault was logged', () => {
    const faults = guichet.logged
      .map(line => JSON.parse(line))
      .filter(line => line.level === 'error' || line.level === 'fatal')
    expect(faults).toEqual([])
  })
})
