import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { aGuichet, type Guichet } from './support/guichet.ts'
import { authorizeUrl, pkce, signedIn } from './support/service.ts'

describe('two tabs of one browser', () => {
  let guichet: Guichet
  beforeAll(async () => {
    guichet = await aGuichet()
  })
  afterAll(() => guichet.stop())

  const aService = () => guichet.aService({ firstParty: true })

  /** Signed in, with a tab at the sign-in page of each of two other services; `late` sends what it had before the first answered. */
  const begun = async () => {
    const account = await guichet.anAccount()
    const { browser } = await signedIn(guichet, await aService(), account)
    const ask = async () => browser.go(authorizeUrl(await aService(), pkce().challenge, { prompt: 'login' }))
    const [one, two] = [await ask(), await ask()]
    const late = guichet.aBrowser()
    late.put(browser.copy())
    return { account, browser, late, one, two }
  }
  const sessionOf = async (browser: ReturnType<Guichet['aBrowser']>) => (await browser.go('/test/session')).json.session

  it('sign in to two services at once: both are led back with a code, in one session', async () => {
    const { account, browser, late, one, two } = await begun()
    const first = await browser.signIn(one, account)
    const second = await late.signIn(two, account)
    for (const page of [first, second]) expect(page.away?.searchParams.get('code')).toEqual(expect.any(String))
    const uid = (await sessionOf(browser)).uid
    expect((await sessionOf(late)).uid).toBe(uid)
    const stored = await guichet.stores.artefacts.findByUid('Session', uid)
    expect(Object.keys(stored?.payload.authorizations ?? {})).toHaveLength(3)
  })

  it('share nothing else: the former id opens no session, and is not told the new one', async () => {
    const { account, browser, late, one } = await begun()
    await browser.signIn(one, account)
    expect(await sessionOf(late)).toBeNull()
    const asked = await late.go(authorizeUrl(await aService(), pkce().challenge))
    expect(asked.json.interaction.prompt).toBe('login')
    await late.go('/authorize/guessed')
    expect(await sessionOf(late)).toBeNull()
    expect((await sessionOf(browser)).accountId).toBe(account)
  })

  it('are too late after a while: what was sent long before the id changed signs in by itself', async () => {
    const { account, browser, late, one, two } = await begun()
    await browser.signIn(one, account)
    guichet.pass(61)
    const page = await late.signIn(two, account)
    expect(page.away?.searchParams.get('code')).toEqual(expect.any(String))
    expect((await sessionOf(late)).uid).not.toBe((await sessionOf(browser)).uid)
  })

  it('end together: what one had begun does not bring back the session that the other ended', async () => {
    const { account, browser, late, one, two } = await begun()
    await browser.signIn(one, account)
    const { uid } = await sessionOf(browser)
    const page = await browser.go('/session/end')
    await browser.post(page.json.action, { xsrf: page.json.xsrf, logout: 'yes' })
    await late.signIn(two, account)
    expect((await sessionOf(late)).uid).not.toBe(uid)
    expect(await guichet.stores.artefacts.findByUid('Session', uid)).toBeUndefined()
  })

  it('follow one request once: resumed a second time, it leaves the session as it is', async () => {
    const { account, browser, late, one } = await begun()
    const page = await browser.signIn(one, account)
    const before = late.copy()
    const again = await late.go(page.url.pathname)
    expect(again.json).toMatchObject({ kind: 'over' })
    expect(late.copy()).toEqual(before)
    expect((await sessionOf(browser)).accountId).toBe(account)
  })

  it('never lead into a session whose id was known before anybody signed in', async () => {
    const service = await aService()
    const account = await guichet.anAccount()
    const browser = guichet.aBrowser()
    await browser.go('/session/end')
    const planted = guichet.aBrowser()
    planted.put(browser.copy())
    await browser.signIn(await browser.go(authorizeUrl(service, pkce().challenge)), account)
    expect((await sessionOf(browser)).accountId).toBe(account)
    expect(await sessionOf(planted)).toBeNull()
  })
})
