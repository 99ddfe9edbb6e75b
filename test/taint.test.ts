import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Guichet, startGuichet } from './support/guichet.ts'
import { aPerson, linkOf, type Person, signUpFields } from './support/people.ts'
import { found, type Needle, writingsOf } from './support/taint.ts'
import { makeVisitor, type Page, type Visitor } from './support/visitor.ts'
import { aService, SERVICE_ORIGIN, type TestService } from './web/support/services.ts'

const person: Person = aPerson({
  birthName: 'Zéphyrinquat-Bérulle',
  email: 'quasimodule.xylo@domaine-introuvable.fr',
  password: 'Chrysanthème-Ocre-93',
})
const address = {
  streetName: 'du Xylophone Égaré',
  locality: 'Hameau Zibeline',
  addressComplement: 'Bâtiment Quartzite',
}
const mobile = { typed: '06 39 98 77 66', kept: '+33639987766' }
const corrected = 'oryctérope.premier@autre-introuvable.fr'.replace('é', 'e')
const wrongPassword = 'Pamplemousse-Vert-58'
const newPassword = 'Hippocampe-Lilas-64'
const hint = 'indice.de.connexion@troisieme-introuvable.fr'

const personal: Needle[] = [
  { name: 'birth name', text: person.birthName },
  { name: 'number', text: person.nir },
  { name: 'number with its key', text: `${person.nir}${person.nirKey}` },
  { name: 'e-mail', text: person.email },
  { name: 'address of mail', text: corrected },
  { name: 'login_hint', text: hint },
  { name: 'street', text: address.streetName },
  { name: 'locality', text: address.locality },
  { name: 'complement', text: address.addressComplement },
  { name: 'telephone typed', text: mobile.typed },
  { name: 'telephone kept', text: mobile.kept },
]
const passwords: Needle[] = [person.password, wrongPassword, newPassword].map((text, n) => ({
  name: `password ${n}`,
  text,
}))
/** Usable by whoever has them: links, codes, tokens, cookies, secrets. */
const tokens: Needle[] = []
const codes: Needle[] = []
const sessions: Needle[] = []

type Heard = { readonly url: string; readonly headers: string }
const heard: Heard[] = []
const pages: Page[] = []
const visitors: Visitor[] = []
const mailedLinks: string[] = []

let guichet: Guichet
let service: TestService

const trulyFetch = globalThis.fetch
const listen = () => {
  globalThis.fetch = async (...given: Parameters<typeof fetch>) => {
    const answer = await trulyFetch(...given)
    heard.push({ url: String(given[0]), headers: [...answer.headers].map(pair => pair.join(': ')).join('\n') })
    return answer
  }
}

const browser = (headers: Readonly<Record<string, string>> = {}): Visitor => {
  const visitor = makeVisitor(guichet.issuer, headers)
  visitors.push(visitor)
  return visitor
}

const keep = async (page: Promise<Page>): Promise<Page> => {
  const kept = await page
  pages.push(kept)
  return kept
}

const answers = { ...signUpFields(person), ...address, mobile: mobile.typed }
const link = async (to: string, subject: string): Promise<string> => {
  const mailed = linkOf(await guichet.mailTo(to, mail => mail.subject.startsWith(subject)))
  mailedLinks.push(mailed)
  tokens.push({ name: `token of ${subject}`, text: new URL(mailed).searchParams.get('jeton') ?? '' })
  return mailed
}

const signUpAndActivate = async (): Promise<void> => {
  const visitor = browser()
  const form = await keep(visitor.get(service.request({ prompt: 'create' }).url))
  const faulty = await keep(
    visitor.submit(form, { ...answers, nirKey: '00', emailConfirmation: corrected }, 'birthName'),
  )
  const towns = await keep(visitor.submit(faulty, { ...answers, action: 'searchTowns' }, 'birthName'))
  const english = await keep(visitor.submit(towns, { ...answers, action: 'language', _language: 'en' }, 'birthName'))
  const mailbox = await keep(
    visitor.submit(english, { ...answers, email: corrected, emailConfirmation: corrected }, 'birthName'),
  )
  await link(corrected, 'Activate')
  await keep(visitor.submit(mailbox, { action: 'resend' }, 'resend'))
  await link(corrected, 'Activate')
  const { email } = person
  await keep(visitor.submit(mailbox, { action: 'correct', email, emailConfirmation: email }, 'correct'))
  const elsewhere = browser()
  const page = await keep(elsewhere.get(await link(email, 'Activate')))
  const wrong = await keep(elsewhere.submit(page, { action: 'activate', password: wrongPassword }, 'password'))
  await keep(elsewhere.submit(wrong, { action: 'activate', password: person.password }, 'password'))
}

const call = async (path: string, fields: Readonly<Record<string, string>>): Promise<Record<string, string>> => {
  const answer = await fetch(guichet.issuer + path, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${service.id}:${service.secret}`)}` },
    body: new URLSearchParams(fields),
  })
  const text = await answer.text()
  return text === '' ? {} : JSON.parse(text)
}

const signInAndUse = async (visitor: Visitor, password: string): Promise<void> => {
  const scope = 'openid profile email phone address offline_access'
  const { url, verifier } = service.request({ scope, prompt: 'consent', login_hint: hint })
  const page = await keep(visitor.get(url))
  const refused = await keep(visitor.submit(page, { nir: person.nir, password: wrongPassword }, 'password'))
  const consent = await keep(visitor.submit(refused, { nir: person.nir, password }, 'password'))
  const landed = await visitor.submit(consent, { action: 'allow' }, 'allow')
  const code = new URL(landed.url).searchParams.get('code') ?? ''
  codes.push({ name: 'code', text: code })
  tokens.push({ name: 'verifier', text: verifier })
  for (const [name, value] of visitor.cookies)
    if (/session\|/.test(name)) sessions.push({ name: 'session', text: value })
  const redeemed = await call('/token', {
    grant_type: 'authorization_code',
    code,
    redirect_uri: service.redirectUri,
    code_verifier: verifier,
  })
  const refreshed = await call('/token', { grant_type: 'refresh_token', refresh_token: redeemed.refresh_token ?? '' })
  for (const given of [redeemed, refreshed])
    for (const name of ['access_token', 'refresh_token', 'id_token']) tokens.push({ name, text: given[name] ?? '' })
  await fetch(`${guichet.issuer}/userinfo`, { headers: { authorization: `Bearer ${refreshed.access_token}` } })
  await call('/introspect', { token: refreshed.access_token ?? '' })
  await call('/token', { grant_type: 'refresh_token', refresh_token: redeemed.refresh_token ?? '' })
  await call('/token', {
    grant_type: 'authorization_code',
    code,
    redirect_uri: service.redirectUri,
    code_verifier: verifier,
  })
  await call('/revoke', { token: refreshed.refresh_token ?? '' })
}

const recover = async (): Promise<void> => {
  const visitor = browser()
  const form = await keep(visitor.get(`${guichet.issuer}/mot-de-passe-oublie`))
  await keep(visitor.submit(form, { nir: person.nir, email: person.email }, 'nir'))
  const page = await keep(visitor.get(await link(person.email, 'Your access')))
  await keep(visitor.submit(page, { password: person.birthName, passwordConfirmation: 'x' }, 'password'))
  await keep(visitor.submit(page, { password: newPassword, passwordConfirmation: newPassword }, 'password'))
}

/** Personal data wherever somebody careless, or hostile, may put it. */
const goAstray = async (): Promise<void> => {
  const visitor = browser()
  const everything = new URLSearchParams({
    ...answers,
    password: wrongPassword,
    token: tokens[0]?.text ?? '',
  }).toString()
  for (const path of [
    '/',
    '/connexion',
    '/inscription',
    '/nulle-part',
    '/activation',
    '/authorize',
    '/token',
    '/session/end',
    '/userinfo',
  ])
    await fetch(`${guichet.issuer}${path}?${everything}`, {
      headers: { accept: 'text/html' },
      redirect: 'manual',
    }).then(one => one.text())
  for (const path of [
    `/${person.nir}`,
    `/connexion/${person.email}`,
    `/controle/${person.nir}/1.png`,
    `/inscription/${person.birthName}/messagerie`,
  ])
    await fetch(guichet.issuer + path).then(one => one.text())
  const headers = {
    'content-type': 'application/x-www-form-urlencoded',
    cookie: `guichet-signUp=${person.email}; guichet_session=${person.nir}`.normalize('NFD').replace(/[^ -~]/g, ''),
    'user-agent': person.nir,
    'x-forwarded-for': person.nir,
    referer: `https://x.example/${person.nir}`,
  }
  for (const path of [
    '/inscription',
    '/connexion/x',
    '/mot-de-passe-oublie',
    '/token',
    '/introspect',
    '/revoke',
    '/activation',
  ])
    for (const body of [
      everything,
      `${everything}&${everything}`,
      `${everything}&a=%`,
      `${everything}&a=${'a'.repeat(70_000)}`,
    ])
      await fetch(guichet.issuer + path, { method: 'POST', headers, body }).then(one => one.text())
  await keep(visitor.post(`${guichet.issuer}/inscription`, answers, { 'sec-fetch-site': 'cross-site' }))
  const wrongSecret = { authorization: `Basic ${btoa(`${person.nir}:${wrongPassword}`)}` }
  await fetch(`${guichet.issuer}/token`, {
    method: 'POST',
    headers: wrongSecret,
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
  })
  await fetch(`${guichet.issuer}/userinfo`, { headers: { authorization: `Bearer ${person.email}` } })
}

const breakDown = async (): Promise<void> => {
  const db = new DatabaseSync(join(guichet.dataDir, 'guichet.sqlite'))
  const visitor = browser()
  const form = await keep(visitor.get(`${guichet.issuer}/inscription`))
  db.exec('BEGIN EXCLUSIVE')
  await keep(visitor.submit(form, answers, 'birthName'))
  db.exec('ROLLBACK')
  const kept = db.prepare('SELECT id, sealed FROM accounts').all()
  db.exec("UPDATE accounts SET sealed = 'x'")
  const signIn = await visitor.get(service.request({ prompt: 'consent' }).url)
  await keep(visitor.submit(signIn, { nir: person.nir, password: newPassword }, 'password'))
  for (const row of kept) db.prepare('UPDATE accounts SET sealed = ? WHERE id = ?').run(row.sealed ?? '', row.id ?? '')
  db.close()
}

beforeAll(async () => {
  guichet = await startGuichet()
  service = await aService(guichet, { firstParty: false })
  tokens.push({ name: 'client secret', text: service.secret })
  listen()
  await signUpAndActivate()
  const visitor = browser()
  await signInAndUse(visitor, person.password)
  await recover()
  await goAstray()
  await breakDown()
  const again = browser()
  await signInAndUse(again, newPassword)
  const out = await keep(again.get(`${guichet.issuer}/deconnexion`))
  await keep(again.submit(out, { logout: 'yes' }, 'logout'))
}, 60_000)
afterAll(async () => {
  globalThis.fetch = trulyFetch
  await guichet.stop()
})

/** Every value of every row: a text may lie across two pages of the file. */
const everyRow = (): string => {
  const db = new DatabaseSync(join(guichet.dataDir, 'guichet.sqlite'), { readOnly: true })
  const tables = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all()
  const rows = tables.flatMap(({ name }) => db.prepare(`SELECT * FROM "${name}"`).all())
  db.close()
  return rows
    .flatMap(row => Object.values(row))
    .map(value => (value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : String(value)))
    .join('\n')
}

const filesOf = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name))

describe('what people confide', () => {
  it('was really put through: the journeys succeeded, and every secret was seen', () => {
    const headings = pages.map(({ heading }) => heading)
    for (const heading of [
      'Your account is ready',
      'Votre session est fermée',
      'Une erreur est survenue',
      'Service momentanément indisponible',
    ])
      expect(
        headings.map(one => one.replace('Félicitations, votre compte est créé', 'Your account is ready')),
      ).toContain(heading)
    for (const { name, text } of [...tokens, ...codes, ...sessions])
      expect([name, text.length > 15]).toEqual([name, true])
    expect(sessions.length).toBeGreaterThan(0)
    expect(guichet.logged.length).toBeGreaterThan(50)
    expect(found([{ name: 'e-mail', text: person.email }], guichet.mails.map(mail => mail.to).join())).toHaveLength(1)
  })

  it('would be found by this search in every writing', () => {
    const needle = { name: 'x', text: 'Zoé 42/ab?' }
    for (const writing of writingsOf(needle.text)) expect(found([needle], `avant ${writing} après`)).toHaveLength(1)
    for (let before = 0; before < 3; before++) {
      const within = Buffer.from(`${'-'.repeat(before)}${needle.text}----`).toString('base64')
      expect(found([needle], within)).toHaveLength(1)
    }
  })

  it('is in no log line', () => {
    expect(found([...personal, ...passwords, ...tokens, ...codes, ...sessions], guichet.logged.join('\n'))).toEqual([])
  })

  it('is in no row of the database, the audit included', () => {
    expect(found([...personal, ...passwords, ...tokens, ...codes, ...sessions], everyRow())).toEqual([])
  })

  it('is in no byte of the files kept, the write-ahead log included', () => {
    const files = filesOf(guichet.dataDir)
    expect(files.some(file => file.endsWith('-wal'))).toBe(true)
    for (const file of files) {
      const leaks = found(
        [...personal, ...passwords, ...tokens, ...codes, ...sessions],
        readFileSync(file).toString('latin1'),
      )
      expect([file, leaks]).toEqual([file, []])
    }
  })

  it('is in no address visited, but for the one that was mailed', () => {
    const addresses = visitors
      .flatMap(({ visited }) => visited)
      .filter(url => !mailedLinks.includes(url) && !url.includes('login_hint'))
    expect(addresses.length).toBeGreaterThan(40)
    expect(found([...personal, ...passwords, ...tokens, ...codes, ...sessions], addresses.join('\n'))).toEqual([])
  })

  it('is in no header of an answer, but for the code to its service and the session to its browser', () => {
    const own = heard.filter(({ url }) => url.startsWith(guichet.issuer))
    expect(own.length).toBeGreaterThan(80)
    for (const { url, headers } of own) {
      const path = new URL(url).pathname
      expect([path, found([...personal, ...passwords, ...tokens], headers)]).toEqual([path, []])
      const others = headers
        .split('\n')
        .filter(line => !line.startsWith(`location: ${SERVICE_ORIGIN}/retour?`) && !line.startsWith('set-cookie:'))
      expect([path, found([...codes, ...sessions], others.join('\n'))]).toEqual([path, []])
    }
  })

  it('is on no page as a password, a token or a session', () => {
    for (const { url, body } of pages)
      expect([url, found([...passwords, ...tokens, ...codes, ...sessions], body)]).toEqual([url, []])
  })

  it('is in no mail as a password, a number, a name or an address of the post', () => {
    const forbidden = [...personal.filter(({ text }) => !text.includes('@')), ...passwords, ...codes, ...sessions]
    for (const { subject, text, html } of guichet.mails)
      expect([subject, found(forbidden, `${subject}\n${text}\n${html}`)]).toEqual([subject, []])
  })
})
