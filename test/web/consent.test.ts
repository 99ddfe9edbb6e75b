import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Guichet, startGuichet } from '../support/guichet.ts'
import { aPerson, becomeAccount, linkOf, type Person, signUpFields } from '../support/people.ts'
import { makeVisitor, type Page, type Visitor } from '../support/visitor.ts'
import { aService, signInOn, type TestService } from './support/services.ts'

let guichet: Guichet
let service: TestService
beforeAll(async () => {
  guichet = await startGuichet()
  service = await aService(guichet, { firstParty: false, name: 'Bourse <b>aux</b> plantes' })
})
afterAll(() => guichet.stop())

const ALL = 'openid profile email phone address'
const browser = (): Visitor => makeVisitor(guichet.issuer)
const words = ({ body }: Page): string =>
  body
    .replace(/<[^>]*>/g, ' ')
    .replaceAll('&#39;', "'")
    .replace(/\s+/g, ' ')

const anAccount = async (): Promise<Person> => {
  const person = aPerson()
  const visitor = browser()
  const form = await visitor.get(`${guichet.issuer}/inscription`)
  await visitor.submit(form, { ...signUpFields(person), locality: '<i>Hauts</i>' }, 'birthName')
  const page = await visitor.get(linkOf(await guichet.mailTo(person.email)))
  await visitor.submit(page, { action: 'activate' }, 'activate')
  return person
}

const askedOf = async (visitor: Visitor, person: Person, scope = ALL) => {
  const request = service.request({ scope })
  const page = await visitor.get(request.url)
  return { ...request, page: page.url.includes('/connexion/') ? await signInOn(visitor, page, person) : page }
}

describe('the consent page', () => {
  it('names the service, shows what it gets with its values and what it does not, all escaped', async () => {
    const person = await anAccount()
    const { page } = await askedOf(browser(), person)
    expect(page.heading).toBe('Bourse <b>aux</b> plantes demande à accéder à vos informations')
    expect(page.body).not.toContain('<b>aux</b>')
    expect(page.body).not.toContain('<i>Hauts</i>')
    expect(words(page)).toContain(person.email)
    expect(words(page)).toContain(person.birthName)
    expect(words(page)).toContain('06 39 98 12 34')
    expect(words(page)).toMatch(/12 rue des Lilas/i)
    expect(words(page).replaceAll(person.email, '')).not.toContain(person.nir)
    expect(words(page)).toMatch(/ne recevra pas .*votre numéro de sécurité sociale/)
  })

  it('shows nothing of what was not asked for', async () => {
    const person = await anAccount()
    const { page } = await askedOf(browser(), person, 'openid email')
    expect(words(page)).toContain(person.email)
    expect(words(page)).not.toContain(person.birthName)
    expect(words(page)).not.toContain('06 39 98 12 34')
  })

  it('allowed, gives the code; remembered, is not asked again; asked for more, tells what is new', async () => {
    const person = await anAccount()
    const visitor = browser()
    const { page, verifier } = await askedOf(visitor, person, 'openid email')
    const landed = await visitor.submit(page, { action: 'allow' }, 'allow')
    expect((await service.whoCame(landed.url, verifier)).email).toBe(person.email)
    const again = await askedOf(visitor, person, 'openid email')
    expect(again.page.url).toContain(`${service.redirectUri}?code=`)
    const elsewhere = await askedOf(browser(), person, 'openid email')
    expect(elsewhere.page.url).toContain(`${service.redirectUri}?code=`)
    const more = await askedOf(visitor, person, 'openid email phone')
    expect(words(more.page)).toMatch(/votre téléphone nouveau/)
    expect(words(more.page)).not.toMatch(/votre courriel nouveau/)
  })

  it('refused, is access_denied, and is asked again the next time', async () => {
    const person = await anAccount()
    const visitor = browser()
    const { page } = await askedOf(visitor, person)
    const landed = await visitor.submit(page, { action: 'deny' }, 'deny')
    expect(new URL(landed.url).searchParams.get('error')).toBe('access_denied')
    expect((await askedOf(visitor, person)).page.heading).toContain('demande à accéder')
  })

  it('lets another account be chosen, whose consent is then asked', async () => {
    const [one, other] = [await anAccount(), await anAccount()]
    const visitor = browser()
    const { page, verifier } = await askedOf(visitor, one)
    const signIn = await visitor.submit(page, { action: 'switch' }, 'allow')
    expect(signIn.heading).toBe('Me connecter ou créer un compte')
    const theirs = await signInOn(visitor, signIn, other)
    expect(words(theirs)).toContain(other.email)
    expect(words(theirs)).not.toContain(one.email)
    const landed = await visitor.submit(theirs, { action: 'allow' }, 'allow')
    expect((await service.whoCame(landed.url, verifier)).email).toBe(other.email)
  })

  it('of one person is not answered by another who signed in meanwhile in the same browser', async () => {
    const [one, other] = [await anAccount(), await anAccount()]
    const visitor = browser()
    const { page } = await askedOf(visitor, one)
    await signInOn(visitor, await visitor.get(service.request({ prompt: 'login' }).url), other)
    const late = await visitor.submit(page, { action: 'allow' }, 'allow')
    expect(late.url).not.toContain('code=')
    expect((await askedOf(browser(), one)).page.heading).toContain('demande à accéder')
  })
})

/** The sample texts, the terms under another version. */
const textsOfVersion = async (version: string): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'guichet-texts-'))
  await cp(fileURLToPath(new URL('../../config/texts', import.meta.url)), folder, { recursive: true })
  for (const language of ['fr', 'en']) {
    const file = join(folder, `conditions.${language}.md`)
    const source = await readFile(file, 'utf8')
    await writeFile(file, source.replace(/version: .*/, `version: ${version}`))
  }
  return folder
}

describe('the terms of a new version', () => {
  it('are asked for at the next sign-in, kept as accepted, and not asked for again', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'guichet-test-'))
    const texts = await textsOfVersion('exemple-2')
    const person = aPerson()
    const former = await startGuichet({ GUICHET_DATA_DIR: dataDir })
    await becomeAccount(makeVisitor(former.issuer), former, person)
    await former.stop()

    const newer = await startGuichet({ GUICHET_DATA_DIR: dataDir, GUICHET_TEXTS: texts })
    try {
      const its = await aService(newer)
      const visitor = makeVisitor(newer.issuer)
      const { url, verifier } = its.request()
      const asked = await signInOn(visitor, await visitor.get(url), person)
      expect(asked.heading).toBe("Les conditions générales d'utilisation ont changé")
      expect(words(asked)).toContain('exemple-2')
      const none = await visitor.submit(asked, {}, 'acceptTerms')
      expect(none.faults).toEqual(["Erreur : Pour continuer, acceptez les conditions générales d'utilisation."])
      const refused = await makeVisitor(newer.issuer).get(its.request({ prompt: 'none' }).url)
      expect(refused.url).not.toContain('code=')
      const landed = await visitor.submit(none, { acceptTerms: 'on' }, 'acceptTerms')
      expect((await its.whoCame(landed.url, verifier)).email).toBe(person.email)
      expect((await visitor.get(its.request().url)).url).toContain('code=')
    } finally {
      await newer.stop()
      await rm(dataDir, { recursive: true })
      await rm(texts, { recursive: true })
    }
  })
})

describe('leaving', () => {
  it('asks once, then closes the session here, and the back button shows nothing personal', async () => {
    const person = await anAccount()
    const visitor = browser()
    const { page } = await askedOf(visitor, person)
    const asked = await visitor.get(`${guichet.issuer}/deconnexion`)
    expect(asked.heading).toBe('Voulez-vous vous déconnecter ?')
    const told = await visitor.submit(asked, { logout: 'yes' }, 'logout')
    expect(told.heading).toBe('Votre session est fermée')
    const back = await visitor.get(page.url)
    expect(back.status).toBe(400)
    expect(words(back)).not.toContain(person.email)
    const late = await visitor.submit(page, { action: 'allow' }, 'allow')
    expect(late.url).not.toContain('code=')
  })

  it('without a session says that it is closed', async () => {
    const visitor = browser()
    const page = await visitor.get(`${guichet.issuer}/deconnexion`)
    expect(page.body).toContain('<html lang="fr"')
    expect((await visitor.submit(page, {}, 'xsrf')).heading).toBe('Votre session est fermée')
  })
})
