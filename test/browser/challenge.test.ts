import { describe, expect } from '@jest/globals'
import { somebodyNew } from './support/actor.ts'
import { journeysIn } from './support/journeys.ts'
import { TITLES } from './support/titles.ts'

const journey = journeysIn({ GUICHET_CHALLENGE: 'picture' })

describe('the control against robots', () => {
  journey('by pictures: a wrong one brings others, a right one is not asked for again', async (actor, world) => {
    const person = somebodyNew()
    await actor.goTo('/inscription')
    await actor.fillSignUp(person)
    const right = Number(await world.answerTo(actor.page))
    await actor.fill({ challenge: String((right % 5) + 1) })
    await actor.press('#create-account')
    await actor.reads("Ce n'était pas cette image.", 'It was not that picture.')

    await actor.fill({ challenge: await world.answerTo(actor.page) })
    await actor.press('#create-account')
    await actor.reads('Contrôle de sécurité réussi', 'Security check passed')
    expect(await actor.page.locator('.tile').count()).toBe(0)
    await actor.fill({ password: person.password, passwordConfirmation: person.password })
    await actor.send('passwordConfirmation', '#create-account')
    await actor.sees(...TITLES.mailbox)
  })

  journey('by ear: digits to type, and a way back to the pictures', async (actor, world) => {
    const person = somebodyNew()
    await actor.goTo('/inscription')
    await actor.press('button[value="audio"]')
    const recording = actor.page.locator('audio')
    await recording.waitFor()
    const source = new URL((await recording.getAttribute('src')) ?? '', actor.page.url()).href
    expect((await actor.page.request.get(source)).headers()['content-type']).toBe('audio/wav')
    await actor.press('button[value="picture"]')
    await actor.page.locator('.tile').first().waitFor()
    await actor.press('button[value="audio"]')
    await recording.waitFor()
    await actor.fillSignUp(person)
    await actor.fill({ challenge: await world.answerTo(actor.page) })
    await actor.send('challenge', '#create-account')
    await actor.sees(...TITLES.mailbox)
  })

  journey('renewed, it keeps the answers and comes back to its place', async actor => {
    await actor.goTo('/inscription')
    await actor.fill({ birthName: 'Martin-Fictif', email: 'camille@exemple.fr' })
    const former = await actor.page.locator('input[name="challengeId"]').inputValue()
    await actor.press('button[value="renew"]')
    await actor.page.locator(`input[name="challengeId"]:not([value="${former}"])`).waitFor({ state: 'attached' })
    expect(await actor.answers()).toMatchObject({ birthName: 'Martin-Fictif', email: 'camille@exemple.fr' })
    expect(await actor.page.locator('.challenge').evaluate(group => group.getBoundingClientRect().top)).toBeLessThan(
      800,
    )
  })

  journey('tells the answer nowhere on the page', async (actor, world) => {
    await actor.goTo('/inscription')
    const names = await actor.page
      .locator('.tile img')
      .evaluateAll(images => images.map(image => image.getAttribute('alt')))
    const said = actor.say('Image', 'Picture')
    expect(names).toEqual([1, 2, 3, 4, 5].map(n => `${said} ${n}`))
    expect(await world.answerTo(actor.page)).toMatch(/^[1-5]$/)
  })
})
