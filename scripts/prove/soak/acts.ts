/** What people and services do at the counter all day. Each throws when it is not answered as it must be. */
import { randomBytes, randomInt } from 'node:crypto'
import { PASSWORD, type Person, signUpFields } from '../../../test/support/people.ts'
import type { Page, Visitor } from '../../../test/support/visitor.ts'
import { type ProvedService, signInTo } from '../world/service.ts'
import type { World } from '../world/world.ts'
import type { Letters } from './letters.ts'
import { aNetwork, aRegular, draw, type Regular } from './people.ts'

export type ActsNeeds = {
  readonly world: World
  readonly service: ProvedService
  readonly letters: Letters
  readonly regulars: Regular[]
  readonly newcomer: () => Person
}

export type ActName =
  | 'sign-in'
  | 'authorize with a session'
  | 'refresh'
  | 'sign-up'
  | 'recovery'
  | 'sign-out'
  | 'control'
  | 'bad request'
/** false: nobody was there to do it just now. */
export type Acts = { readonly [name in ActName]: () => Promise<boolean> }

/** Below five minutes, after which Guichet asks who is there. */
const SESSION_MS = 200_000
/** One recovery mail in ten minutes; five a day. */
const RECOVERY_MS = 15 * 60_000
const OTHER_PASSWORD = 'Coquelicot-Rouge-77'

const expectThat = (right: boolean, what: string, page?: Pick<Page, 'status' | 'heading'>): void => {
  if (!right) throw new Error(page ? `${what}: ${page.status} « ${page.heading} »` : what)
}

const challengeIdOn = (page: Page): string | undefined => /name="challengeId" value="([^"]+)"/.exec(page.body)?.[1]

/** A browser closed and opened again: it is still known for having signed in. */
const reopen = ({ cookies }: Visitor): void => {
  for (const name of [...cookies.keys()]) if (!/guichet-(devices|language)/.test(name)) cookies.delete(name)
}

export const makeActs = ({ world, service, letters, regulars, newcomer }: ActsNeeds): Acts => {
  const server = world.server()

  /** Somebody who fits does it, alone. What they had is void when it fails. */
  const by =
    (fits: (regular: Regular) => boolean, act: (regular: Regular) => Promise<void>) => async (): Promise<boolean> => {
      const regular = draw(regulars, fits)
      if (!regular) return false
      regular.busy = true
      try {
        await act(regular)
        return true
      } catch (fault) {
        regular.usedAt = 0
        regular.refreshToken = undefined
        throw fault
      } finally {
        regular.busy = false
      }
    }
  const hasSession = ({ usedAt }: Regular): boolean => Date.now() - usedAt < SESSION_MS

  /** The answer, as only the store knows it. */
  const solved = async (page: Page): Promise<{ readonly [name: string]: string }> => {
    const id = challengeIdOn(page)
    if (id === undefined) return {}
    const record = await world.foundations.stores.records.get('challenge', id)
    expectThat(typeof record === 'object' && record !== null && 'answer' in record, 'a control that the store forgot')
    return { challenge: String((record as { readonly answer: unknown }).answer) }
  }

  const drawnOn = async (browser: Visitor, page: Page): Promise<void> => {
    for (const [, path = ''] of page.body.matchAll(/(?:src|href)="(\/controle\/[^"]+)"/g)) {
      const answer = await browser.get(world.issuer + path)
      expectThat(answer.status === 200 || answer.status === 503, 'a picture', answer)
    }
  }

  const signIn = async (regular: Regular): Promise<void> => {
    reopen(regular.browser)
    const asked = { scope: 'openid email offline_access', prompt: 'consent' }
    const granted = await signInTo(regular.browser, service, regular.person, asked, solved)
    const { status, body } = await service.redeem(server, granted)
    expectThat(status === 200 && typeof body.refresh_token === 'string', `tokens: ${status}`)
    regular.refreshToken = String(body.refresh_token)
    regular.usedAt = Date.now()
  }

  const authorize = async (regular: Regular): Promise<void> => {
    const { url, verifier } = service.request()
    const back = await regular.browser.get(url)
    const code = new URL(back.url).searchParams.get('code')
    expectThat(code !== null, 'a code with a session', back)
    const { status } = await service.redeem(server, { code: code ?? '', verifier })
    expectThat(status === 200, `tokens with a session: ${status}`)
    regular.usedAt = Date.now()
  }

  const refresh = async (regular: Regular): Promise<void> => {
    const { status, body } = await service.refresh(server, regular.refreshToken ?? '')
    expectThat(status === 200 && typeof body.refresh_token === 'string', `refresh: ${status}`)
    regular.refreshToken = String(body.refresh_token)
  }

  /** Takes the place of somebody who leaves. */
  const signUp = async (): Promise<boolean> => {
    const person = newcomer()
    const coming = aRegular(world, person)
    const { browser } = coming
    const { link, forget } = letters.linkTo(person.email, '/activation')
    try {
      const form = await browser.get(`${world.issuer}/inscription`)
      const sent = await browser.submit(form, { ...signUpFields(person), ...(await solved(form)) }, 'birthName')
      expectThat(sent.status === 200, 'sign-up', sent)
      const page = await browser.get(await link)
      const active = await browser.submit(page, { action: 'activate' }, 'activate')
      expectThat(active.status === 200, 'activation', active)
    } finally {
      forget()
    }
    const leaving = draw(regulars)
    if (leaving) Object.assign(leaving, { ...coming, refreshToken: undefined })
    return true
  }

  const recover = async (regular: Regular): Promise<void> => {
    const { person, browser } = regular
    regular.recoveredAt = Date.now()
    const { link, forget } = letters.linkTo(person.email, '/mot-de-passe-oublie/nouveau')
    try {
      const form = await browser.get(`${world.issuer}/mot-de-passe-oublie`)
      const asked = { nir: person.nir, email: person.email, ...(await solved(form)) }
      const sent = await browser.submit(form, asked, 'nir')
      expectThat(sent.status === 200, 'recovery', sent)
      const page = await browser.get(await link)
      const password = person.password === PASSWORD ? OTHER_PASSWORD : PASSWORD
      const done = await browser.submit(page, { password, passwordConfirmation: password }, 'password')
      expectThat(done.status === 200 && done.faults.length === 0, 'a new password', done)
      regular.person = { ...person, password }
    } finally {
      forget()
    }
    regular.refreshToken = undefined
    regular.usedAt = 0
  }

  const signOut = async (regular: Regular): Promise<void> => {
    const asked = await regular.browser.get(`${world.issuer}/deconnexion`)
    const out = await regular.browser.submit(asked, { logout: 'yes' }, 'xsrf')
    expectThat(out.status === 200 && out.url.startsWith(`${world.issuer}/session/end`), 'sign-out', out)
    regular.usedAt = 0
  }

  const control = async (): Promise<boolean> => {
    const browser = world.visitor(server, aNetwork())
    const form = await browser.get(`${world.issuer}/inscription`)
    await drawnOn(browser, form)
    if (randomInt(4) > 0) return true
    await drawnOn(browser, await browser.submit(form, { action: 'audio' }, 'birthName'))
    return true
  }

  const bad: readonly ((browser: Visitor) => Promise<Page>)[] = [
    async browser =>
      browser.submit(
        await browser.get(service.request().url),
        { nir: newcomer().nir, password: 'Faux-Passe-1' },
        'password',
      ),
    browser => browser.get(`${world.issuer}/authorize?client_id=${randomBytes(12).toString('hex')}&response_type=code`),
    browser => browser.get(`${world.issuer}/${randomBytes(12).toString('hex')}`),
    browser => browser.get(`${world.issuer}/connexion/${randomBytes(12).toString('base64url')}`),
    browser => browser.post(`${world.issuer}/inscription`, { birthName: 'x'.repeat(300_000) }),
    browser =>
      browser.post(`${world.issuer}/token`, {
        grant_type: 'authorization_code',
        code: randomBytes(32).toString('hex'),
      }),
    browser => browser.get(`${world.issuer}/activation?jeton=${randomBytes(32).toString('base64url')}`),
    browser => browser.get(`${world.issuer}/controle/${randomBytes(16).toString('base64url')}/1.png`),
  ]
  const badRequest = async (): Promise<boolean> => {
    const answer = await bad[randomInt(bad.length)]?.(world.visitor(server, aNetwork()))
    expectThat(answer !== undefined && answer.status < 500, 'a bad request', answer)
    return true
  }

  return {
    'sign-in': by(() => true, signIn),
    'authorize with a session': by(hasSession, authorize),
    refresh: by(({ refreshToken }) => refreshToken !== undefined, refresh),
    'sign-up': signUp,
    recovery: by(({ recoveredAt }) => Date.now() - recoveredAt > RECOVERY_MS, recover),
    'sign-out': by(hasSession, signOut),
    control,
    'bad request': badRequest,
  }
}
