import type { TestPerson } from '../../../src/demo/france-connect/people.ts'
import { type Actor, answersOf, somebodyNew } from '../support/actor.ts'
import { manyPeople } from '../support/france-connect.ts'
import { anAccount } from '../support/people.ts'
import { TITLES } from '../support/titles.ts'
import type { World } from '../support/world.ts'
import { summary } from './sign-up.ts'
import type { State } from './state.ts'

let taken = 0
const nobodyYet = (): TestPerson => {
  const person = manyPeople[taken++]
  if (!person) throw new Error('there are no more test people')
  return person
}

const vouchedFor = async (actor: Actor, person = nobodyYet()): Promise<TestPerson> => {
  await actor.fromService('signIn')
  await actor.press('.france-connect-button')
  await actor.page.click(`button[name="person"][value="${person.id}"]`)
  await actor.sees(...TITLES.haveAccount)
  return person
}

const answering = async (actor: Actor, answer: string, person?: TestPerson): Promise<TestPerson> => {
  const who = await vouchedFor(actor, person)
  await actor.fill({ answer })
  await actor.press('#continue')
  return who
}

const givenUp = async (actor: Actor): Promise<void> => {
  await actor.fromService('signIn')
  await actor.press('.france-connect-button')
  await actor.page.click('button[name="error"][value="access_denied"]')
  await actor.sees(...TITLES.notSent)
}

const opened = async (actor: Actor, { guichet }: World): Promise<string> => {
  const { nir } = await answering(actor, 'no')
  await actor.sees(...TITLES.complete)
  const person = somebodyNew()
  const { birthName, password, passwordConfirmation, ...fields } = answersOf(person)
  await actor.fill({ ...fields, nir: nir.number, nirKey: nir.key, acceptTerms: 'on' })
  await actor.press('#create-account')
  await actor.sees(...TITLES.consent)
  return (await guichet.mailTo(person.email)).text.match(/^https?:\/\/\S+$/m)?.[0] ?? ''
}

const linked = async (actor: Actor, { guichet }: World) => {
  const person = nobodyYet()
  const account = await anAccount(guichet, {
    nir: person.nir.number,
    nirKey: person.nir.key,
    birthName: person.claims.family_name,
  })
  await answering(actor, 'yes', person)
  await actor.fill({ nir: account.nir, password: account.password })
  await actor.press('#link')
  await actor.sees(...TITLES.consent)
  return account
}

/** Somebody whose number an account holds, and who asked for an agent. Gives its holder. */
const claimed = async (actor: Actor, { guichet }: World) => {
  const person = nobodyYet()
  const holder = await anAccount(guichet, { nir: person.nir.number, nirKey: person.nir.key })
  const { nir } = await answering(actor, 'no', person)
  const { birthName, password, passwordConfirmation, ...fields } = answersOf(somebodyNew())
  await actor.fill({ ...fields, nir: nir.number, nirKey: nir.key, acceptTerms: 'on' })
  await actor.press('#create-account')
  await actor.sees(...TITLES.linkAccount)
  await actor.press('#claim')
  await actor.sees(...TITLES.case)
  return holder
}

export const federationStates: readonly State[] = [
  { name: 'federation-sign-in', reach: actor => actor.fromService('signIn') },
  { name: 'federation-sign-up', reach: actor => actor.goTo('/inscription') },
  {
    name: 'federation-have-account',
    reach: async actor => {
      await vouchedFor(actor)
    },
  },
  {
    name: 'federation-have-account-empty',
    reach: async actor => {
      await vouchedFor(actor)
      await actor.press('#continue')
      await summary(actor)
    },
  },
  {
    name: 'federation-number',
    reach: async actor => {
      await answering(actor, 'unknown')
      await actor.sees(...TITLES.number)
    },
  },
  {
    name: 'federation-number-contradicts',
    reach: async actor => {
      await answering(actor, 'unknown')
      const { nir, nirKey } = somebodyNew({ nir: '2851299999001', nirKey: '45' })
      await actor.fill({ nir, nirKey })
      await actor.press('#find')
      await summary(actor)
    },
  },
  {
    name: 'federation-link-account',
    reach: async actor => {
      await answering(actor, 'yes')
      await actor.sees(...TITLES.linkAccount)
    },
  },
  {
    name: 'federation-link-account-found',
    reach: async (actor, { guichet }) => {
      const person = nobodyYet()
      await anAccount(guichet, { nir: person.nir.number, nirKey: person.nir.key })
      await answering(actor, 'unknown', person)
      await actor.fill({ nir: person.nir.number, nirKey: person.nir.key })
      await actor.press('#find')
      await actor.sees(...TITLES.linkAccount)
    },
  },
  {
    name: 'federation-case',
    reach: async (actor, world) => {
      await claimed(actor, world)
    },
  },
  {
    name: 'federation-case-holder',
    reach: async (actor, world) => {
      const holder = await claimed(actor, world)
      await actor.page.context().clearCookies()
      await actor.fromService('signIn')
      await actor.fill({ nir: holder.nir, password: holder.password })
      await actor.press('#sign-in')
      await actor.sees(...TITLES.caseOfHolder)
      await actor.press('[name="says"][value="wasMe"]')
      await actor.page.locator('.notice-done').waitFor()
    },
  },
  {
    name: 'federation-link-account-contradicts',
    reach: async (actor, { guichet }) => {
      const account = await anAccount(guichet)
      await answering(actor, 'yes')
      await actor.fill({ nir: account.nir, password: account.password })
      await actor.press('#link')
      await actor.page.locator('.notice-error').waitFor()
    },
  },
  {
    name: 'federation-complete',
    reach: async actor => {
      await answering(actor, 'no')
      await actor.sees(...TITLES.complete)
    },
  },
  {
    name: 'federation-complete-empty',
    reach: async actor => {
      await answering(actor, 'no')
      await actor.sees(...TITLES.complete)
      await actor.press('#create-account')
      await summary(actor)
    },
  },
  {
    name: 'federation-confirm-email',
    reach: async (actor, world) => {
      await actor.page.goto(await opened(actor, world))
      await actor.sees(...TITLES.confirmEmail)
    },
  },
  {
    name: 'federation-email-confirmed',
    reach: async (actor, world) => {
      await actor.page.goto(await opened(actor, world))
      await actor.press('#confirm')
      await actor.sees(...TITLES.emailConfirmed)
    },
  },
  {
    name: 'federation-connections',
    reach: async (actor, world) => {
      await linked(actor, world)
      await actor.goTo('/compte/connexions')
      await actor.sees(...TITLES.connections)
    },
  },
  {
    name: 'federation-connections-unconfirmed',
    reach: async (actor, world) => {
      await opened(actor, world)
      await actor.goTo('/compte/connexions')
      await actor.sees(...TITLES.connections)
    },
  },
  {
    name: 'federation-last-way-in',
    reach: async (actor, world) => {
      await opened(actor, world)
      await actor.goTo('/compte/connexions/franceconnect/delier')
      await actor.press('#unlink')
      await actor.page.locator('.notice-error').waitFor()
    },
  },
  {
    name: 'federation-unlink',
    reach: async (actor, world) => {
      await linked(actor, world)
      await actor.goTo('/compte/connexions/franceconnect/delier')
      await actor.sees(...TITLES.unlink)
    },
  },
  {
    name: 'federation-undo-link',
    reach: async (actor, world) => {
      const account = await linked(actor, world)
      await actor.openMail(account, /est lié|is linked/)
      await actor.page.locator('#undo').waitFor()
    },
  },
  {
    name: 'federation-own-email',
    reach: async (actor, world) => {
      await opened(actor, world)
      await actor.goTo('/compte/courriel')
      await actor.press('#change-email')
      await summary(actor)
    },
  },
  {
    name: 'federation-own-password',
    reach: async (actor, world) => {
      await opened(actor, world)
      await actor.goTo('/compte/mot-de-passe')
      await actor.sees(...TITLES.newPassword)
    },
  },
  { name: 'federation-not-sent', reach: givenUp },
]
