import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import type { Faults } from '../../../src/demo/france-connect/faults.ts'
import { testPeople } from '../../../src/demo/france-connect/people.ts'
import { aPerson, signUpFields } from '../../support/people.ts'
import { makeVisitor, type Page } from '../../support/visitor.ts'
import { type Federated, startFederated } from '../support/france-connect.ts'
import { aService, SERVICE_ORIGIN, type TestService } from '../support/services.ts'

let federated: Federated
let service: TestService
beforeAll(async () => {
  federated = await startFederated()
  service = await aService(federated.guichet)
})
beforeEach(() => federated.france.setFaults({}))
afterAll(() => federated.stop())

const testPerson = (id: string) => {
  const found = testPeople.find(one => one.id === id)
  if (!found) throw new Error(`no test person ${id}`)
  return found
}
const visitor = () => makeVisitor(federated.guichet.issuer)
const codeOf = ({ body }: Page) => /Code ([A-Z_]+),/.exec(body)?.[1]

/** Ways on, of every page that stops somebody: try again, sign in otherwise, back to the service. */
const waysOn = ({ body }: Page) => ({
  retry: /href="\/connexion\/[\w-]+\/avec\/franceconnect"/.test(body),
  otherwise: /href="\/connexion\/[\w-]+\?autrement"/.test(body),
  service: /href="\/connexion\/[\w-]+\/retour"/.test(body),
})

const eventsOf = async (name: string): Promise<readonly unknown[]> => {
  const { audit } = federated.guichet.app.stores
  const segments = await audit.segments()
  const entries = (await Promise.all(segments.map(({ segment }) => audit.read(segment, 0, 10_000)))).flat()
  return entries.map(({ text }) => JSON.parse(text)).filter(event => event.name === name)
}

describe('FranceConnect that sends nobody back', () => {
  it.each([
    ['access_denied', 400, 'FEDERATION_DENIED', true],
    ['server_error', 503, 'FEDERATION_UNAVAILABLE', true],
    ['temporarily_unavailable', 503, 'FEDERATION_UNAVAILABLE', true],
    ['invalid_scope', 503, 'FEDERATION_MISCONFIGURED', false],
    ['invalid_request', 503, 'FEDERATION_MISCONFIGURED', false],
    ['invalid_acr', 503, 'FEDERATION_MISCONFIGURED', false],
  ])(
    '%s: a page with its code and the ways on, and the person goes on otherwise',
    async (error, status, code, retry) => {
      const browser = visitor()
      const page = await federated.signIn(browser, service.request().url, { error })
      expect([page.status, codeOf(page)]).toEqual([status, code])
      expect(waysOn(page)).toEqual({ retry, otherwise: true, service: true })
      const otherwise = /href="(\/connexion\/[\w-]+\?autrement)"/.exec(page.body)?.[1] ?? ''
      expect((await browser.get(federated.guichet.issuer + otherwise)).heading).toBe('Me connecter ou créer un compte')
      const back = /href="(\/connexion\/[\w-]+\/retour)"/.exec(page.body)?.[1] ?? ''
      expect((await browser.get(federated.guichet.issuer + back)).url).toMatch(
        `${SERVICE_ORIGIN}/retour?error=access_denied`,
      )
    },
  )

  it('is told on its button when it is away, which hides nothing else', async () => {
    federated.france.setFaults({ discoveryDown: true })
    // what was known of it has had its time
    federated.guichet.advance(2 * 3600)
    const browser = visitor()
    const page = await browser.get(service.request().url)
    expect(page.body).toContain('id="sign-in"')
    const button = /class="france-connect-button" href="([^"]+)"/.exec(page.body)?.[1] ?? ''
    const away = await browser.get(federated.guichet.issuer + button)
    expect([away.status, codeOf(away)]).toEqual([503, 'FEDERATION_UNAVAILABLE'])
    federated.guichet.advance(60)
  })

  const untrusted: readonly (readonly [name: string, faults: Faults])[] = [
    ['a key that it does not publish', { wrongKey: true }],
    ['no signature', { algNone: true }],
    ['another audience', { wrongAud: true }],
    ['another nonce', { wrongNonce: true }],
    ['another issuer', { wrongIss: true }],
    ['an ID token that is over', { expiredIdToken: true }],
    ['a lower level', { wrongAcr: true }],
    ['userinfo that is not signed', { unsignedUserinfo: true }],
    ['userinfo of somebody else', { userinfoOtherSub: true }],
    ['another issuer in the callback', { wrongIssInCallback: true }],
    ['no issuer in the callback', { noIssInCallback: true }],
  ]
  it.each(untrusted)('%s: nobody is signed in, and the audit says so', async (_, faults) => {
    federated.france.setFaults(faults)
    const before = (await eventsOf('identity.unverified')).length
    const browser = visitor()
    const page = await federated.signIn(browser, service.request().url, { person: 'elodie' })
    expect([page.status, codeOf(page)]).toEqual([400, 'FEDERATION_UNVERIFIED'])
    expect(waysOn(page)).toEqual({ retry: true, otherwise: true, service: true })
    expect(await eventsOf('identity.unverified')).toHaveLength(before + 1)
    const { url } = await browser.get(service.request({ prompt: 'none' }).url)
    expect(new URL(url).searchParams.get('error')).toBe('login_required')
  })
})

describe('a suspended account', () => {
  it('is not opened by FranceConnect, and whoever was vouched for is told so', async () => {
    const { nir, claims } = testPerson('yann')
    const browser = visitor()
    const question = await federated.signIn(browser, service.request().url, { person: 'yann' })
    const form = await browser.submit(question, { answer: 'no' }, 'answer')
    const { birthName, password, passwordConfirmation, ...fields } = signUpFields({
      ...aPerson(),
      nir: nir.number,
      nirKey: nir.key,
      email: claims.email,
    })
    await browser.submit(form, fields, 'create-account')
    const { accounts } = federated.guichet.app.stores
    const [account] = (await accounts.walk(undefined, 100)).filter(({ status }) => status === 'active')
    if (!account) throw new Error('no account was opened')
    await accounts.change(account.id, account.version, { status: 'suspended' }, {})
    const page = await federated.signIn(visitor(), service.request().url, { person: 'yann' })
    expect([page.status, codeOf(page), page.heading]).toEqual([403, 'FEDERATION_SUSPENDED', 'Ce compte est suspendu'])
    expect(page.body).toContain('aide@guichet.example')
  })
})

describe('the way back from FranceConnect', () => {
  it('is worth something once, and in the browser that went there alone', async () => {
    const browser = visitor()
    const callback = await federated.callback(browser, service.request().url, { person: 'elodie' })
    const stranger = visitor()
    await stranger.get(service.request().url)
    expect((await stranger.get(callback)).status).toBe(400)
    expect((await browser.get(callback)).heading).toBe('Avez-vous déjà un compte ?')
    const again = await browser.get(callback)
    expect(again.url).toMatch(/\/connexion\/[\w-]+$/)
  })

  it('leads nowhere with a state that nobody was given, or another upstream’s', async () => {
    const browser = visitor()
    const callback = new URL(await federated.callback(browser, service.request().url, { person: 'elodie' }))
    const other = new URL(callback.href.replace('/franceconnect/', '/autre/'))
    callback.searchParams.set('state', 'x'.repeat(43))
    for (const { href } of [callback, other]) expect((await browser.get(href)).status).toBe(400)
  })
})

describe('what was written of all this', () => {
  it('holds no token, code, claim nor secret of FranceConnect, in a log or in the store', async () => {
    const { guichet, secrets } = federated
    const tokens = secrets.flatMap(text => text.match(/[\w-]{20,}(?:\.[\w-]+){0,4}/g) ?? [text])
    expect(tokens.length).toBeGreaterThan(20)
    const logged = guichet.logged.join('\n')
    expect(tokens.filter(token => logged.includes(token))).toEqual([])
    const { readFile, readdir } = await import('node:fs/promises')
    const files = (await readdir(guichet.dataDir)).filter(name => name.startsWith('guichet.sqlite'))
    const bytes = Buffer.concat(await Promise.all(files.map(name => readFile(`${guichet.dataDir}/${name}`)))).toString(
      'latin1',
    )
    expect(tokens.filter(token => bytes.includes(token))).toEqual([])
    for (const known of ['EXEMPLE', 'lodie Anne', '1985-05-14', '26274']) {
      expect([known, logged.includes(known), bytes.includes(known)]).toEqual([known, false, false])
    }
  })
})
