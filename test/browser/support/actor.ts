import type { Locator, Page, Response } from 'playwright-core'
import type { SampleService } from '../../../src/demo/service/sample-service.ts'
import { aPerson, linkOf, type Person } from '../../support/people.ts'
import { waitFor } from '../../support/wait.ts'
import type { VisitedGuichet } from './guichet.ts'
import { makeHand } from './hand.ts'
import type { Variant } from './variants.ts'

const PATIENCE_MS = 12_000
/** Of a journey that failed, how they came there. */
const STEPS_TOLD = 16

export type Actor = ReturnType<typeof makeActor>

/** Somebody before a browser: what they do, by mouse or by keyboard alone, and what they see. */
export const makeActor = ({
  page,
  guichet,
  service,
  variant,
}: {
  readonly page: Page
  readonly guichet: VisitedGuichet
  readonly service: SampleService
  readonly variant: Variant
}) => {
  const hand = makeHand(page, variant.hand)
  const at = (path: string): string => new URL(path, guichet.issuer).href
  const control = (name: string): Locator => page.locator(`main [name="${name}"]:not([type="hidden"])`)
  const say = (fr: string, en: string): string => (variant.language === 'fr' ? fr : en)

  const spaced = (words: string): string => words.replace(/\s+/g, ' ').trim()
  // a page being left has no element for a moment
  const heading = async () =>
    spaced(
      (await page
        .locator('h1')
        .textContent()
        .catch(() => '')) ?? '',
    )
  const text = async () =>
    spaced(
      await page
        .locator('body')
        .innerText()
        .catch(() => ''),
    )

  const fill = async (fields: Readonly<Record<string, string>>): Promise<void> => {
    for (const [name, value] of Object.entries(fields)) {
      if (name === 'city' && variant.script) await page.locator('select#city').waitFor()
      await hand.answer(control(name), value)
    }
  }

  const steps: string[] = []
  page.on('response', (answer: Response) => {
    if (!answer.request().isNavigationRequest()) return
    const { location } = answer.headers()
    const there = new URL(answer.url()).pathname
    steps.push([answer.request().method(), there, answer.status(), ...(location ? [`→ ${location}`] : [])].join(' '))
  })
  const walked = (): string => `walked:\n${steps.slice(-STEPS_TOLD).join('\n')}`

  return {
    page,
    variant,
    say,
    fill,
    control,
    press: (button: string | Locator) => hand.press(typeof button === 'string' ? page.locator(button) : button),
    /** The main action: Enter in the field, or the button. */
    send: (field: string, button: string): Promise<void> =>
      variant.hand === 'keyboard' ? hand.enterIn(control(field)) : hand.press(page.locator(button)),
    goTo: async (path: string) => {
      await page.goto(at(path))
    },
    /** Waits for the page with this h1; fails with what is there instead. */
    sees: async (fr: string, en: string) => {
      const wanted = say(fr, en)
      const found = waitFor(async () => ((await heading()) === wanted ? true : undefined), PATIENCE_MS)
      await found.catch(async () => {
        const faults = await page.locator('.summary, .notice').allInnerTexts()
        throw new Error(
          `expected « ${wanted} », sees « ${await heading()} » ${faults.join(' ')} at ${page.url()}, ${walked()}`,
        )
      })
    },
    /** Waits for this to be told by a summary, a notice or the page. */
    reads: async (fr: string, en: string) => {
      const wanted = say(fr, en)
      const found = waitFor(async () => ((await text()).includes(wanted) ? true : undefined), PATIENCE_MS)
      await found.catch(async () => {
        throw new Error(`expected to read « ${wanted} » in: ${await text()}, ${walked()}`)
      })
    },
    heading,
    text,
    /** From the service's home page, by its button. */
    fromService: async (button: 'signIn' | 'signUp') => {
      await page.goto(service.url)
      await hand.press(page.locator(button === 'signIn' ? 'a[href="/connexion"]' : 'a[href="/inscription"]').first())
    },
    fillSignUp: (person: Person, more: Readonly<Record<string, string>> = {}) =>
      fill({ ...answersOf(person), ...more }),
    /** What stands in the form's controls, by name; a box that is not ticked is not there. */
    answers: async (): Promise<Readonly<Record<string, string>>> => {
      const controls = page.locator('main :is(input:not([type="hidden"]), select)[name]')
      const pairs = await controls.evaluateAll(found =>
        found.flatMap(one => {
          const control = one as unknown as { name: string; value: string; checked: boolean; type: string }
          const isBox = control.type === 'checkbox' || control.type === 'radio'
          return isBox && !control.checked ? [] : [[control.name, control.value] as const]
        }),
      )
      return Object.fromEntries(pairs)
    },
    /** Waits for the page in this language. */
    speaks: (language: 'fr' | 'en') => page.locator(`html[lang="${language}"]`).waitFor({ state: 'attached' }),
    openLinkOf: async (mail: { readonly text: string }) => {
      await page.goto(linkOf(mail))
    },
    signIn: async ({ nir, password }: Person) => {
      await fill({ nir, password })
      await (variant.hand === 'keyboard' ? hand.enterIn(control('password')) : hand.press(page.locator('#sign-in')))
    },
    openMail: async ({ email }: Person, subject?: RegExp) => {
      const mail = await guichet.mailTo(email, ({ subject: told }) => subject?.test(told) ?? true)
      await page.goto(linkOf(mail))
      return mail
    },
    close: () => page.context().close(),
  }
}

let people = 0

/** A person whose address tells nothing of their number, so that a page with the one is not taken for the other. */
export const somebodyNew = (given: Partial<Person> = {}): Person =>
  aPerson({ email: `personne-${process.pid}-${people++}@exemple.fr`, ...given })

/** What the sign-up form asks of this person, in the order of the page. */
export const answersOf = ({ birthName, nir, nirKey, email, password }: Person): Readonly<Record<string, string>> => ({
  birthName,
  nir,
  nirKey,
  mobile: '06 39 98 12 34',
  email,
  emailConfirmation: email,
  houseNumber: '12',
  streetType: 'RUE',
  streetName: 'des Lilas',
  postalCode: '75001',
  city: 'Paris',
  password,
  passwordConfirmation: password,
  acceptTerms: 'on',
})
