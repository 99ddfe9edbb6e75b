/** A session fixed beforehand, and requests mixed up: of two people, two tabs, two services. */
import { aPerson } from '../../../test/support/people.ts'
import type { Page, Visitor } from '../../../test/support/visitor.ts'
import type { Fronted } from '../front/fronted.ts'
import { is, type Row } from '../part.ts'
import { aProvedService, type ProvedService } from '../world/service.ts'

type Person = { readonly nir: string; readonly password: string }

const lend = (from: Visitor, to: Visitor, which: (name: string) => boolean = () => true): void => {
  for (const [name, value] of from.cookies) if (which(name)) to.cookies.set(name, value)
}
/** Where there is a form to sign in by. */
const sign = async (visitor: Visitor, page: Page, { nir, password }: Person): Promise<Page> =>
  page.body.includes('name="password"') ? visitor.submit(page, { nir, password }, 'password') : page
const codeIn = ({ url }: Page): string | undefined => URL.parse(url)?.searchParams.get('code') ?? undefined

export const sessions = async (
  fronted: Fronted,
  rounds: number,
  progress: (line: string) => void,
): Promise<readonly Row[]> => {
  const { front, world, visitor: browser } = fronted
  const first = await aProvedService(world)
  const second = await aProvedService(world, {
    name: 'Autre service',
    redirectUris: ['https://autre.exemple.fr/retour'],
  })
  const counts = { fixed: 0, kept: 0, begunByThem: 0, begunByYou: 0, crossed: 0, codes: 0, tokens: 0, own: 0 }
  const who = async (visitor: Visitor, service: ProvedService): Promise<string | undefined> => {
    const { url, verifier } = service.request({ prompt: 'none' })
    const code = codeIn(await visitor.get(url))
    if (!code) return undefined
    const { body } = await service.redeem(front, { code, verifier })
    const [, payload = ''] = String(body.id_token ?? '').split('.')
    return payload === '' ? undefined : String(JSON.parse(Buffer.from(payload, 'base64url').toString()).sub)
  }

  for (let round = 0; round < rounds; round += 1) {
    progress(`sessions ${round + 1} of ${rounds}`)
    const [yours, theirs] = await Promise.all([world.enrol(aPerson()), world.enrol(aPerson())])

    // everything of the attacker's browser in yours, at each step before you sign in
    const fixer = browser()
    const fixed = browser()
    const page = await fixer.get(first.request().url)
    lend(fixer, fixed)
    const before = new Map(fixed.cookies)
    const { url } = first.request()
    await sign(fixed, await fixed.get(url), yours)
    await sign(fixed, await fixed.get(page.url), yours)
    if ((await who(fixer, first)) !== undefined) counts.fixed += 1
    for (const [name, value] of fixed.cookies)
      if (name.includes('_session') && before.get(name) === value) counts.kept += 1

    // their request in your browser, and yours in theirs
    const [you, them] = [browser(), browser()]
    const begun = await them.get(first.request().url)
    await you.get(`${world.issuer}/connexion`)
    await sign(you, await you.get(begun.url), yours)
    await you.submit(begun, { nir: yours.nir, password: yours.password }, 'password')
    if (await who(them, first)) counts.begunByThem += 1
    const mine = await you.get(first.request().url)
    await sign(them, await them.get(mine.url), theirs)
    await them.submit(mine, { nir: theirs.nir, password: theirs.password }, 'password')
    if (await who(you, first)) counts.begunByYou += 1

    // two tabs, two services: each answer goes to its own, whichever form is sent where
    const tabs = browser()
    const one = first.request()
    const two = second.request()
    const tabOne = await tabs.get(one.url)
    const tabTwo = await tabs.get(two.url)
    const token = /name="_token" value="([^"]+)"/.exec(tabTwo.body)?.[1] ?? ''
    const mixed = await tabs.post(tabOne.url, { nir: yours.nir, password: yours.password, _token: token })
    const codeOne = codeIn(mixed) ?? codeIn(await sign(tabs, await tabs.get(one.url), yours))
    const landedTwo = await sign(tabs, await tabs.get(two.url), yours)
    if (codeIn(mixed) && !mixed.url.startsWith(`${first.redirectUri}?`)) counts.crossed += 1
    if (!landedTwo.url.startsWith(`${second.redirectUri}?`)) counts.crossed += 1
    if (!codeOne) throw new Error('the first tab did not get to its service')
    // a code and a token are their own service's alone
    if ((await second.redeem(front, { code: codeOne, verifier: one.verifier })).status === 200) counts.codes += 1
    const redeemed = await first.redeem(front, { code: codeOne, verifier: one.verifier })
    if (redeemed.status === 200) counts.own += 1
    const refreshed = await second.refresh(front, String(redeemed.body.refresh_token ?? redeemed.body.access_token))
    if (refreshed.status === 200) counts.tokens += 1
  }
  return [
    is('sessions fixed beforehand that opened', counts.fixed, 0),
    is('session ids kept through a sign-in', counts.kept, 0),
    is("requests begun by an attacker, answered from another's browser", counts.begunByThem, 0),
    is('requests begun by a person, answered by an attacker', counts.begunByYou, 0),
    is('answers of one request given to another', counts.crossed, 0),
    is("codes redeemed by another's service", counts.codes, 0),
    is('codes redeemed by their own afterwards', counts.own, rounds),
    is("tokens taken by another's service", counts.tokens, 0),
  ]
}
