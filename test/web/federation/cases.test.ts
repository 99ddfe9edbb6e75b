import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { testPeople } from '../../../src/demo/france-connect/people.ts'
import { runHere } from '../../cli/run.ts'
import { aPerson, becomeAccount, linkOf, type Person, signUpFields } from '../../support/people.ts'
import { travel } from '../../support/travel.ts'
import { makeVisitor, type Page, type Visitor } from '../../support/visitor.ts'
import { waitFor } from '../../support/wait.ts'
import { type Federated, startFederated } from '../support/france-connect.ts'
import { aService, signIn, signInOn, type TestService } from '../support/services.ts'

const DAY = 86_400
const CONTEST_DAYS = 15

const time = travel()
let federated: Federated
let service: TestService
beforeAll(async () => {
  federated = await startFederated({}, {}, { purgeEveryMs: 100 })
  service = await aService(federated.guichet, { scopes: ['openid', 'email', 'profile', 'identite_pivot'] })
})
afterAll(async () => {
  time.stay()
  await federated.stop()
})

const visitor = () => makeVisitor(federated.guichet.issuer)
const at = (path: string) => federated.guichet.issuer + path
const testPerson = (id: string) => {
  const found = testPeople.find(one => one.id === id)
  if (!found) throw new Error(`no test person ${id}`)
  return found
}

/** Somebody who opened an account with that person's number, beforehand, under a name of their own or theirs. */
const holderOf = async (id: string, given: Partial<Person> = {}): Promise<Person> => {
  const { nir, claims } = testPerson(id)
  const person = aPerson({
    nir: nir.number,
    nirKey: nir.key,
    birthName: claims.family_name,
    email: `holder-${id}@exemple.fr`,
    ...given,
  })
  await becomeAccount(visitor(), federated.guichet, person)
  return person
}

const details = (id: string): Record<string, string> => {
  const { nir } = testPerson(id)
  const { birthName, password, passwordConfirmation, ...fields } = signUpFields({
    ...aPerson(),
    nir: nir.number,
    nirKey: nir.key,
    email: `claimant-${id}@exemple.fr`,
  })
  return fields
}

const arrive = (browser: Visitor, id: string) => federated.signIn(browser, service.request().url, { person: id })

/** By « non »: fills in the form, is led to the account that holds the number, cannot open it, and asks for an agent. */
const claim = async (browser: Visitor, id: string): Promise<Page> => {
  const form = await browser.submit(await arrive(browser, id), { answer: 'no' }, 'answer')
  const led = await browser.submit(form, details(id), 'create-account')
  expect(led.heading).toBe('Liez FranceConnect à votre compte')
  return browser.submit(led, {}, 'claim')
}
const referenceOn = ({ body }: Page): string => /Référence ([0-9A-Z-]{14})/.exec(body)?.[1] ?? ''
/** By which the service knows whoever is signed in in this browser. */
const subjectOf = async (browser: Visitor): Promise<unknown> => {
  const { url, verifier } = service.request({ scope: 'openid', prompt: 'none' })
  const code = new URL((await browser.get(url)).url).searchParams.get('code')
  if (!code) return undefined
  const answer = await fetch(at('/token'), {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${service.id}:${service.secret}`)}` },
    body: new URLSearchParams({
      ...{ grant_type: 'authorization_code', code },
      ...{ redirect_uri: service.redirectUri, code_verifier: verifier },
    }),
  })
  const { id_token } = (await answer.json()) as { readonly id_token: string }
  return JSON.parse(Buffer.from(id_token.split('.')[1] ?? '', 'base64url').toString()).sub
}
const goOn = (browser: Visitor, page: Page) => browser.submit(page, { action: 'continue' }, 'continue')

const agent = async (name: string, reference: string, ...more: readonly string[]) => {
  const typed = name === 'list' ? [] : [reference, '--reason', 'ticket 4212']
  const ran = await runHere(['cases', name, ...typed, ...more], { GUICHET_DATA_DIR: federated.guichet.dataDir })
  // mails that another process asked for are found by looking, within ten seconds
  federated.guichet.app.wake()
  return ran
}
const decide = (reference: string, verdict: string, actor = 'agent-1') =>
  agent('decide', reference, '--as', verdict, '--actor', actor)
const mailAbout = (reference: string, to: string, words: string) =>
  federated.guichet.mailTo(to, ({ subject, text }) => subject.includes(reference) && text.includes(words))

/** The delay passes, and the minute's turn carries it out. */
const takesEffect = async (reference: string): Promise<void> => {
  time.advance(CONTEST_DAYS * DAY + 1)
  const { cases } = federated.guichet.app.stores
  await waitFor(async () => {
    const record = await cases.find(reference)
    return record?.status === 'closed' && record.nextAt === undefined
  })
}
const caseOf = (reference: string) => federated.guichet.app.stores.cases.find(reference)
const auditTexts = async () => {
  const { audit } = federated.guichet.app.stores
  const segments = await audit.segments()
  return (await Promise.all(segments.map(({ segment }) => audit.read(segment, 0, 10_000))))
    .flat()
    .map(({ text }) => text)
}

/** A holder and a claimant of one number, both told. */
const opened = async (id: string, given: Partial<Person> = {}) => {
  const holder = await holderOf(id, given)
  const claimant = visitor()
  const page = await claim(claimant, id)
  const reference = referenceOn(page)
  expect((await goOn(claimant, page)).url).toContain(service.redirectUri)
  return { holder, claimant, reference, claimantMail: `claimant-${id}@exemple.fr` }
}

describe('a number that a declared account holds, claimed by who was verified', () => {
  it('opens a case: the claimant comes in to an account without number, and both are told', async () => {
    const holder = await holderOf('elodie')
    const browser = visitor()
    const page = await claim(browser, 'elodie')
    expect(page.heading).toBe('Un agent vérifie votre demande')
    const reference = referenceOn(page)
    expect(page.body).toMatch(/Vous recevrez un courriel avant le \d/)
    const landed = await goOn(browser, page)
    expect(landed.url).toContain(service.redirectUri)
    const record = await caseOf(reference)
    expect(record).toMatchObject({ status: 'open', claimantSays: 'hasNone', passwordGiven: false })
    const account = await federated.guichet.app.stores.accounts.find(record?.claimant ?? '')
    expect([account?.status, account?.nirKeys, account?.cases]).toEqual(['active', [], [reference]])
    await mailAbout(reference, 'claimant-elodie@exemple.fr', 'Un agent vérifie votre demande')
    const told = await mailAbout(reference, holder.email, 'Un agent vérifie')
    expect(told.text).toContain('comme avant')
    expect(told.text).not.toContain(holder.nir)
  })

  it('shows its state once at each sign-in of either, and takes what the holder answers', async () => {
    const { holder, reference } = await opened('yann')
    const again = visitor()
    const claimantSees = await arrive(again, 'yann')
    expect([claimantSees.heading, referenceOn(claimantSees)]).toEqual(['Un agent vérifie votre demande', reference])
    expect((await goOn(again, claimantSees)).url).toContain(service.redirectUri)
    // signed in already: nothing in between
    expect((await again.get(service.request().url)).url).toContain(service.redirectUri)

    const browser = visitor()
    const holderSees = await signIn(browser, federated.guichet, holder)
    expect([holderSees.heading, referenceOn(holderSees)]).toEqual(['Une demande concerne votre compte', reference])
    const answered = await browser.submit(holderSees, { reference, says: 'wasNotMe' }, 'says')
    expect(answered.body).toContain('Votre réponse est transmise')
    expect((await goOn(browser, answered)).url).toBe(at('/'))
    expect((await caseOf(reference))?.holderSays).toBe('wasNotMe')
  })

  it('is shown to an agent by comparisons, ages, masked contacts and answers, never the number', async () => {
    const { holder, reference } = await opened('loic', { birthName: 'Autrement' })
    expect((await agent('list', '')).out).toContain(reference)
    const { out } = await agent('show', reference.toLowerCase(), '--actor', 'agent-1')
    for (const line of ['sex                agrees', 'place              agrees', 'birthName          differs'])
      expect(out).toContain(line)
    expect(out).toContain('The claimant said: has none; gave the password of that account: no.')
    expect(out).toContain('h•••@e•••.fr')
    const json = await agent('show', reference, '--json', '--actor', 'agent-1')
    expect(JSON.parse(json.out).comparisons).toEqual({
      ...{ sex: 'agrees', year: 'agrees', month: 'agrees', place: 'agrees' },
      birthName: 'differs',
    })
    for (const text of [out, json.out]) {
      expect(text).not.toContain(holder.nir)
      expect(text).not.toContain(holder.email)
      expect(text).not.toContain('39 98 12 34')
    }
    expect((await auditTexts()).some(text => text.includes('"case.shown"') && text.includes('ticket 4212'))).toBe(true)
    expect((await agent('show', 'AAAA-BBBB-CCCC')).code).toBe(1)
  })

  it('freezes e-mail, links and closing of the holder’s account meanwhile', async () => {
    const { holder, claimant, reference } = await opened('tiago')
    const closing = await runHere(
      ['accounts', 'release-number', '--reason', 'ticket 1'],
      { GUICHET_DATA_DIR: federated.guichet.dataDir },
      `${holder.nir}\n`,
    )
    expect([closing.code, closing.err]).toEqual([1, expect.stringContaining('case')])
    const browser = visitor()
    await goOn(browser, await signIn(browser, federated.guichet, holder))
    expect((await browser.get(at('/compte/connexions'))).body).toContain('ne changent pas')

    const account = async () => federated.guichet.app.stores.accounts.find((await caseOf(reference))?.claimant ?? '')
    const before = await account()
    const form = await claimant.get(at('/compte/courriel'))
    const email = 'ailleurs@exemple.fr'
    const refused = await claimant.submit(form, { email, emailConfirmation: email }, 'email')
    expect(refused.body).toContain('ne changent pas')
    const choosing = await claimant.get(at('/compte/mot-de-passe'))
    const password = 'Capucine-Jaune-87'
    const kept = await claimant.submit(choosing, { password, passwordConfirmation: password }, 'password')
    expect(kept.body).toContain('ne changent pas')
    expect((await account())?.passwordHash).toBeUndefined()
    const unlinking = await claimant.get(at('/compte/connexions/franceconnect/delier'))
    expect((await claimant.submit(unlinking, {}, 'unlink')).body).toContain('ne changent pas')
    expect([(await account())?.emailKeys, (await account())?.identityKeys]).toEqual([
      before?.emailKeys,
      before?.identityKeys,
    ])
  })

  it('offers an agent to who gave the password of an account that FranceConnect says is another’s', async () => {
    const holder = await holderOf('ghjulia', { birthName: 'Personne' })
    const browser = visitor()
    const form = await browser.submit(await arrive(browser, 'ghjulia'), { answer: 'yes' }, 'answer')
    expect(form.body).not.toContain('id="claim"')
    const refused = await signInOn(browser, form, holder)
    expect(refused.status).toBe(422)
    const completing = await browser.submit(refused, {}, 'claim')
    expect(completing.heading).toBe('Complétez votre inscription')
    const page = await browser.submit(completing, details('ghjulia'), 'create-account')
    expect(page.heading).toBe('Un agent vérifie votre demande')
    expect(await caseOf(referenceOn(page))).toMatchObject({ claimantSays: 'hasAccount', passwordGiven: true })
  })
})

describe('a decision', () => {
  it('« same person » gives the account to the verified identity, and nothing that opened it before does', async () => {
    const { holder, reference, claimantMail } = await opened('nadia')
    const before = visitor()
    await goOn(before, await signIn(before, federated.guichet, holder))
    const subject = await subjectOf(before)
    expect((await decide(reference, 'same-person')).out).toContain('takes effect on')
    await mailAbout(reference, holder.email, "n'êtes pas d'accord")
    await mailAbout(reference, claimantMail, "n'êtes pas d'accord")
    const browser = visitor()
    const told = await arrive(browser, 'nadia')
    expect(told.body).toContain('Une décision est prise')

    await takesEffect(reference)
    await mailAbout(reference, holder.email, 'La vérification est terminée')
    await mailAbout(reference, claimantMail, 'La vérification est terminée')
    const decided = (await auditTexts()).filter(text => text.includes('"case.decided"') && text.includes(reference))
    expect(decided).toEqual([expect.stringMatching(/ticket 4212/)])
    expect(decided[0]).toContain('agent-1')
    expect(await subjectOf(before)).toBeUndefined()
    const former = await signIn(visitor(), federated.guichet, holder)
    expect([former.status, former.heading]).toEqual([422, 'Me connecter ou créer un compte'])
    const after = visitor()
    expect((await arrive(after, 'nadia')).url).toContain(service.redirectUri)
    expect(await subjectOf(after)).toBe(subject)
    const record = await caseOf(reference)
    expect(record?.closed?.as).toBe('samePerson')
    expect((await federated.guichet.app.stores.accounts.find(record?.claimant ?? ''))?.status).toBe('closed')
  })

  it('« the number moves » waits for a second agent, then moves the number alone', async () => {
    const { holder, reference } = await opened('aminata')
    expect((await decide(reference, 'number-moves')).out).toContain('second agent')
    const alone = await agent('confirm', reference, '--actor', 'agent-1')
    expect([alone.code, alone.err]).toEqual([1, expect.stringContaining('another agent')])
    time.advance(2 * CONTEST_DAYS * DAY)
    const browser = visitor()
    await goOn(browser, await signIn(browser, federated.guichet, holder))
    const subject = await subjectOf(browser)
    expect((await agent('confirm', reference, '--actor', 'agent-2')).code).toBe(0)
    await mailAbout(reference, holder.email, 'quitte votre compte')
    await takesEffect(reference)

    const record = await caseOf(reference)
    const { accounts } = federated.guichet.app.stores
    const [claimant, former] = [await accounts.find(record?.claimant ?? ''), await accounts.find(record?.holder ?? '')]
    expect([former?.status, former?.nirKeys, former?.cases]).toEqual(['active', [], undefined])
    expect([claimant?.nirKeys.length, claimant?.cases]).toEqual([1, undefined])
    expect((await accounts.findHolder(claimant?.nirKeys ?? []))?.id).toBe(record?.claimant)
    const after = visitor()
    expect((await arrive(after, 'aminata')).url).toContain(service.redirectUri)
    expect(await subjectOf(after)).not.toBe(subject)
  })

  it('« keep » changes nothing, and « close both » frees the number', async () => {
    const kept = await opened('minh')
    await decide(kept.reference, 'keep')
    await takesEffect(kept.reference)
    expect((await signIn(visitor(), federated.guichet, kept.holder)).url).toBe(at('/'))

    const both = await opened('maelle')
    await decide(both.reference, 'close-both')
    await takesEffect(both.reference)
    expect((await signIn(visitor(), federated.guichet, both.holder)).status).toBe(422)
    expect((await arrive(visitor(), 'maelle')).heading).toBe('Avez-vous déjà un compte ?')
  })

  it('can be undone until it takes effect, and is told to be', async () => {
    const { holder, reference } = await opened('andria')
    await decide(reference, 'close-both')
    expect((await decide(reference, 'keep')).err).toContain('decided already')
    expect((await agent('undo', reference)).code).toBe(0)
    await mailAbout(reference, holder.email, 'La décision est annulée')
    time.advance(CONTEST_DAYS * DAY + 1)
    expect((await agent('undo', reference)).code).toBe(1)
    expect((await caseOf(reference))?.status).toBe('open')
    expect((await signIn(visitor(), federated.guichet, holder)).heading).toBe('Une demande concerne votre compte')
  })
})

describe('a holder who comes by FranceConnect', () => {
  it('settles the case when consistent with the number in every part: the number stays theirs', async () => {
    const { holder, reference, claimantMail } = await opened('maelle-apres')
    const browser = visitor()
    // the same birth and name under another sub: whoever holds the password and is verified so
    const alter = (claims: { readonly [name: string]: unknown }) => ({
      ...claims,
      sub: 'another-sub-of-the-same-birth',
    })
    federated.france.setFaults({ alterIdToken: alter, alterUserinfo: alter })
    const form = await browser.submit(await arrive(browser, 'maelle-apres'), { answer: 'yes' }, 'answer')
    const landed = await signInOn(browser, form, holder)
    federated.france.setFaults({})
    expect(landed.url).toContain(service.redirectUri)
    expect((await caseOf(reference))?.closed?.as).toBe('settled')
    await mailAbout(reference, claimantMail, 'La vérification est terminée')
    expect(
      linkOf(await federated.guichet.mailTo(holder.email, ({ subject }) => subject.includes('est lié'))),
    ).toContain('http')
  })
})
