import { describe, expect } from '@jest/globals'
import type { Request } from 'playwright-core'
import { recoveryLink, signedUpElsewhere } from './states/links.ts'
import { toMailbox } from './states/sign-up.ts'
import type { Actor } from './support/actor.ts'
import { journeysIn } from './support/journeys.ts'
import { anAccount } from './support/people.ts'

const journey = journeysIn({ GUICHET_CHALLENGE: 'picture' })
const withoutControl = journeysIn()

const isPost = (request: Request): boolean => request.method() === 'POST'

/** What Enter sends from each text field of the page, one after the other. The page stays: the answer is empty. */
const sentByEnter = async (
  { page }: Actor,
  within = 'main',
): Promise<readonly (readonly [string, URLSearchParams])[]> => {
  const sent: (readonly [string, URLSearchParams])[] = []
  const fields = page.locator(`${within} :is([type="text"], [type="tel"], [type="email"], [type="password"])`)
  const names = await fields.evaluateAll(found =>
    found.flatMap(one => (one.checkVisibility() && !one.closest('[aria-hidden]') ? [one.id] : [])),
  )
  for (const name of names) {
    const request = page.waitForRequest(isPost)
    await page.locator(`${within} #${name}`).press('Enter')
    sent.push([name, new URLSearchParams((await request).postData() ?? '')])
  }
  return sent
}

const isMain = (expected: Readonly<Record<string, string | null>>, sent: URLSearchParams): boolean =>
  Object.entries(expected).every(([name, value]) => sent.get(name) === value)

const NOTHING_ELSE = { action: null, cancel: null }

describe('Enter, in any field', () => {
  const does = (
    what: string,
    reach: (actor: Actor, world: Parameters<Parameters<typeof journey>[1]>[1]) => Promise<unknown>,
    expected: Readonly<Record<string, string | null>>,
    within?: string,
  ): void =>
    journey(what, async (actor, world) => {
      await reach(actor, world)
      await actor.page.route('**/*', route =>
        isPost(route.request()) ? route.fulfill({ status: 204 }) : route.continue(),
      )
      const sent = await sentByEnter(actor, within)
      expect(sent.length).toBeGreaterThan(0)
      expect(sent.filter(([, fields]) => !isMain(expected, fields)).map(([name]) => name)).toEqual([])
    })

  does('creates the account', actor => actor.goTo('/inscription'), NOTHING_ELSE)
  does(
    'creates the account, digits heard',
    async actor => {
      await actor.goTo('/inscription')
      await actor.press('button[value="audio"]')
      await actor.page.locator('audio').waitFor()
    },
    NOTHING_ELSE,
  )
  does('signs in', actor => actor.goTo('/connexion'), NOTHING_ELSE)
  does('asks for the link of a new password', actor => actor.goTo('/mot-de-passe-oublie'), NOTHING_ELSE)
  does('asks for the activation mail again', actor => actor.goTo('/inscription/renvoi'), NOTHING_ELSE)
})

describe('Enter, in the fields of mailed links', () => {
  withoutControl('activates, changes the password, corrects the address', async (actor, world) => {
    const { page } = actor
    const { link } = await signedUpElsewhere(world)
    const recovery = await recoveryLink(world, await anAccount(world.guichet))
    const post = async (name: string, within = 'main') => {
      const request = page.waitForRequest(isPost)
      await page.locator(`${within} #${name}`).press('Enter')
      return new URLSearchParams((await request).postData() ?? '').get('action')
    }
    await page.goto(link)
    expect(await post('password')).toBe('activate')
    await page.goto(recovery)
    expect(await post('password')).toBeNull()
    await toMailbox(actor)
    await actor.press('details.correct summary')
    expect(await post('email')).toBe('correct')
  })
})
