import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { type ChallengeRequest, makeChallenges, type Served } from '../../../src/protection/challenge/challenge.ts'
import { dealDigits, dealPictures } from '../../../src/protection/challenge/deal.ts'
import type { Drawing } from '../../../src/protection/challenge/draw.ts'
import { makeNoChallenge } from '../../../src/protection/challenge/no-challenge.ts'
import { objects } from '../../../src/protection/challenge/objects.ts'
import { aClock, recordsInMemory } from './records.ts'

const form = 'form-1'
const aRequest: ChallengeRequest = { form, mode: 'picture', language: 'fr', rounds: 1 }

/** The service over a store in memory, with a drawing that draws the icon's name, so that a test knows the answer. */
const aService = () => {
  const { clock, forward } = aClock()
  const { records, kept } = recordsInMemory()
  const challenges = makeChallenges({
    records,
    clock,
    drawing: { draw: async icon => ({ kind: 'done', value: Buffer.from(icon) }), full: () => false },
    speak: async ({ language, digits, seed }) => Buffer.from(`${language} ${digits} ${seed}`),
  })
  const rightAnswer = async ({ id, name, pictures }: { id: string; name: string; pictures: readonly number[] }) => {
    const icon = objects.find(({ names }) => names.fr === name)?.icon
    const drawn = await Promise.all(pictures.map(async number => text(await challenges.picture(id, number))))
    return String(drawn.indexOf(icon ?? '') + 1)
  }
  return { challenges, forward, kept, records, clock, rightAnswer }
}

const text = (served: Served): string => (served.kind === 'served' ? served.bytes.toString() : served.kind)
const another = (answer: string): string => String((Number(answer) % 5) + 1)

describe('a draw', () => {
  it('holds five different objects, none of which looks like another, and its name is that of the answer', () => {
    for (let time = 0; time < 1000; time += 1) {
      const { icons, answer, name } = dealPictures('en')
      const drawn = objects.filter(({ icon }) => icons.includes(icon))
      expect(new Set(drawn.map(({ look }) => look)).size).toBe(5)
      expect(drawn.find(({ names }) => names.en === name)?.icon).toBe(icons[Number(answer) - 1])
    }
  })

  it('hides its answer in each of the five places equally often', () => {
    const counts = [0, 0, 0, 0, 0]
    const draws = 5000
    for (let time = 0; time < draws; time += 1) {
      const place = Number(dealPictures('fr').answer) - 1
      counts[place] = (counts[place] ?? 0) + 1
    }
    const expected = draws / 5
    const chiSquare = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0)
    expect(chiSquare).toBeLessThan(30) // 4 degrees of freedom: once in 200,000 runs by chance
  })

  it('gives every object its turn, and six digits of which each is as likely as any other', () => {
    const names = new Set(Array.from({ length: 8000 }, () => dealPictures('fr').name))
    expect(names.size).toBe(objects.length)
    const digits = Array.from({ length: 2000 }, dealDigits)
    for (const six of digits) expect(six).toMatch(/^\d{6}$/)
    const counts = Array.from('0123456789', digit => digits.join('').split(digit).length - 1)
    expect(counts.reduce((sum, count) => sum + (count - 1200) ** 2 / 1200, 0)).toBeLessThan(45)
  })
})

describe('an answer', () => {
  it('passes when it is right, and the form is not asked again for 30 minutes', async () => {
    const { challenges, rightAnswer, forward } = aService()
    const challenge = await challenges.issue(aRequest)
    expect(await challenges.passed({ form })).toBe(false)
    const response = await rightAnswer(challenge)
    expect(await challenges.answer({ id: challenge.id, form, response })).toEqual({ kind: 'passed' })
    forward(29)
    expect(await challenges.passed({ form })).toBe(true)
    forward(1)
    expect(await challenges.passed({ form })).toBe(false)
    expect(await challenges.spend({ form })).toBe(false)
  })

  it('is judged once: after a wrong one, the right one comes too late', async () => {
    const { challenges, rightAnswer } = aService()
    const challenge = await challenges.issue(aRequest)
    const right = await rightAnswer(challenge)
    const given = { id: challenge.id, form }
    expect(await challenges.answer({ ...given, response: another(right) })).toEqual({ kind: 'wrong' })
    expect(await challenges.answer({ ...given, response: right })).toEqual({ kind: 'expired' })
    expect(await challenges.picture(challenge.id, 1)).toEqual({ kind: 'gone' })
    expect(await challenges.passed({ form })).toBe(false)
  })

  it('is judged once even when all five are sent at the same time', async () => {
    const { challenges } = aService()
    for (let time = 0; time < 20; time += 1) {
      const { id } = await challenges.issue(aRequest)
      const outcomes = await Promise.all(
        ['1', '2', '3', '4', '5'].map(response => challenges.answer({ id, form, response })),
      )
      expect(outcomes.filter(({ kind }) => kind === 'expired').length).toBe(4)
    }
  })

  it('is wrong when it is garbage, several images, or anything but the right one', async () => {
    const { challenges, rightAnswer } = aService()
    const garbage = fc.oneof(
      fc.string({ minLength: 1 }).filter(typed => typed.trim() !== ''),
      fc.constantFrom('0', '6', '1,2', '1 2 3 4 5', '12345', '01', '+1', '1.0', '1e0', 'constructor', null, 1, true),
      fc.array(fc.constantFrom('1', '2', '3', '4', '5'), { maxLength: 5 }),
      fc.object(),
    )
    await fc.assert(
      fc.asyncProperty(garbage, async response => {
        const challenge = await challenges.issue(aRequest)
        fc.pre(typeof response !== 'string' || response.replace(/\s/g, '') !== (await rightAnswer(challenge)))
        expect(await challenges.answer({ id: challenge.id, form, response })).toEqual({ kind: 'wrong' })
      }),
    )
  })

  it.each([undefined, '', '  '])('that was not given (%p) leaves the challenge open', async response => {
    const { challenges, rightAnswer } = aService()
    const challenge = await challenges.issue(aRequest)
    expect(await challenges.answer({ id: challenge.id, form, response })).toEqual({ kind: 'missing' })
    const right = await rightAnswer(challenge)
    expect(await challenges.answer({ id: challenge.id, form, response: right })).toEqual({ kind: 'passed' })
  })

  it('comes too late after 10 minutes, even when the store has not purged the challenge', async () => {
    const { challenges, rightAnswer, forward, kept } = aService()
    const challenge = await challenges.issue(aRequest)
    const response = await rightAnswer(challenge)
    forward(10)
    expect(kept.size).toBe(1)
    expect(await challenges.picture(challenge.id, 1)).toEqual({ kind: 'gone' })
    expect(await challenges.answer({ id: challenge.id, form, response })).toEqual({ kind: 'expired' })
  })

  it('counts for its own form only, says nothing to another, and is used up by the attempt', async () => {
    const { challenges, rightAnswer } = aService()
    const challenge = await challenges.issue(aRequest)
    const response = await rightAnswer(challenge)
    const elsewhere = await challenges.answer({ id: challenge.id, form: 'form-2', response })
    expect(elsewhere).toEqual({ kind: 'expired' })
    expect(await challenges.answer({ id: challenge.id, form, response })).toEqual({ kind: 'expired' })
    expect(await challenges.passed({ form: 'form-2' })).toBe(false)
  })

  it('to a challenge unknown or in another shape, as after an upgrade, is expired', async () => {
    const { challenges, records, clock } = aService()
    await records.put('challenge', 'old', { form, answer: '1' }, clock())
    for (const id of ['', 'unknown', 'old']) {
      expect(await challenges.answer({ id, form, response: '1' })).toEqual({ kind: 'expired' })
    }
  })
})

describe('two rounds', () => {
  const suspicious = { ...aRequest, rounds: 2 }

  it('pass after two right answers in a row, not after one', async () => {
    const { challenges, rightAnswer } = aService()
    const first = await challenges.issue(suspicious)
    expect(await challenges.answer({ id: first.id, form, response: await rightAnswer(first) })).toEqual({
      kind: 'again',
    })
    expect(await challenges.passed({ form })).toBe(false)
    const second = await challenges.issue(suspicious)
    expect(await challenges.answer({ id: second.id, form, response: await rightAnswer(second) })).toEqual({
      kind: 'passed',
    })
  })

  it('start over after a wrong answer, and after 10 minutes', async () => {
    const { challenges, rightAnswer, forward } = aService()
    const round = async (judge: (right: string) => string) => {
      const challenge = await challenges.issue(suspicious)
      const response = judge(await rightAnswer(challenge))
      return (await challenges.answer({ id: challenge.id, form, response })).kind
    }
    const right = (answer: string) => answer
    expect([await round(right), await round(another), await round(right)]).toEqual(['again', 'wrong', 'again'])
    forward(10)
    expect([await round(right), await round(right)]).toEqual(['again', 'passed'])
  })

  it('are counted form by form', async () => {
    const { challenges, rightAnswer } = aService()
    for (const one of ['form-1', 'form-2']) {
      const challenge = await challenges.issue({ ...suspicious, form: one })
      const response = await rightAnswer(challenge)
      expect(await challenges.answer({ id: challenge.id, form: one, response })).toEqual({ kind: 'again' })
    }
  })
})

describe('a pass', () => {
  it('is spent once, whoever spends it at the same time', async () => {
    const { challenges, rightAnswer } = aService()
    const challenge = await challenges.issue(aRequest)
    await challenges.answer({ id: challenge.id, form, response: await rightAnswer(challenge) })
    const spent = await Promise.all(Array.from({ length: 8 }, () => challenges.spend({ form })))
    expect(spent.filter(done => done).length).toBe(1)
    expect(await challenges.passed({ form })).toBe(false)
  })
})

describe('what a page is given', () => {
  it('tells an id of 128 bits, the places and the name to find, and nothing of the answer', async () => {
    const { challenges, kept } = aService()
    const { expiresAt, ...shown } = await challenges.issue(aRequest)
    expect(shown).toEqual({
      id: expect.stringMatching(/^[\w-]{22}$/),
      mode: 'picture',
      name: expect.any(String),
      pictures: [1, 2, 3, 4, 5],
    })
    expect(expiresAt.toISOString()).toBe('2026-03-12T14:42:00.000Z')
    expect([...kept.values()].map(record => record.expiresAt)).toEqual([expiresAt])
  })

  it('is named in the language asked for', async () => {
    const { challenges } = aService()
    const { name } = await challenges.issue({ ...aRequest, language: 'en' })
    expect(objects.map(({ names }) => names.en)).toContain(name)
  })

  it('shows each picture a few times only, and none that does not exist', async () => {
    const { challenges } = aService()
    const { id } = await challenges.issue(aRequest)
    const kinds = []
    for (let time = 0; time < 6; time += 1) kinds.push((await challenges.picture(id, 2)).kind)
    expect(kinds).toEqual(['served', 'served', 'served', 'served', 'gone', 'gone'])
    expect((await challenges.picture(id, 3)).kind).toBe('served')
    for (const number of [0, 6, -1, 1.5, Number.NaN]) {
      expect(await challenges.picture(id, number)).toEqual({ kind: 'gone' })
    }
    expect(await challenges.picture('unknown', 1)).toEqual({ kind: 'gone' })
    expect(await challenges.audio(id)).toEqual({ kind: 'gone' })
  })

  it('shows the same picture each time, and never again in another place or challenge', async () => {
    const { clock } = aClock()
    const { records } = recordsInMemory()
    const drawing: Drawing = {
      draw: async (_, seed) => ({ kind: 'done', value: Buffer.from(seed) }),
      full: () => false,
    }
    const [one, another] = [makeChallenges({ records, clock, drawing }), makeChallenges({ records, clock, drawing })]
    const seeds = new Set<string>()
    for (let time = 0; time < 10; time += 1) {
      const { id, pictures } = await one.issue(aRequest)
      for (const number of pictures) {
        const seed = text(await one.picture(id, number))
        expect(seed).toMatch(/^[\w-]{43}$/)
        expect([text(await one.picture(id, number)), text(await another.picture(id, number))]).toEqual([seed, seed])
        seeds.add(seed)
      }
    }
    expect(seeds.size).toBe(50)
  })

  it('keeps a picture for later when the drawing is busy', async () => {
    const { clock } = aClock()
    const { records } = recordsInMemory()
    const challenges = makeChallenges({
      records,
      clock,
      drawing: { draw: async () => ({ kind: 'busy' }), full: () => false },
    })
    const { id } = await challenges.issue(aRequest)
    for (let time = 0; time < 10; time += 1) expect(await challenges.picture(id, 1)).toEqual({ kind: 'busy' })
  })

  it('reads nothing when as many pictures wait as may', async () => {
    const { clock } = aClock()
    const { records } = recordsInMemory()
    const get = async () => Promise.reject(new Error('nothing is read'))
    const drawing: Drawing = { draw: async () => ({ kind: 'busy' }), full: () => true }
    const challenges = makeChallenges({ records: { ...records, get }, clock, drawing })
    expect(await challenges.picture('any', 1)).toEqual({ kind: 'busy' })
  })
})

describe('the audio version of a challenge', () => {
  const spoken = { ...aRequest, mode: 'audio' } as const

  it('says six digits, the same recording each time, and passes when they are typed, with spaces or without', async () => {
    const { challenges } = aService()
    const { id, name, pictures } = await challenges.issue(spoken)
    expect([name, pictures]).toEqual(['', []])
    const heard = text(await challenges.audio(id))
    expect(text(await challenges.audio(id))).toBe(heard)
    expect(await challenges.picture(id, 1)).toEqual({ kind: 'gone' })
    const digits = heard.split(' ')[1] ?? ''
    expect(await challenges.answer({ id, form, response: ` ${[...digits].join(' ')} ` })).toEqual({ kind: 'passed' })
  })

  it('speaks the language asked for, with a seed of its own for each challenge', async () => {
    const { challenges } = aService()
    const heard = []
    for (const language of ['en', 'fr', 'fr'] as const) {
      const { id } = await challenges.issue({ ...spoken, language })
      heard.push(text(await challenges.audio(id)).split(' '))
    }
    expect(heard.map(([language]) => language)).toEqual(['en', 'fr', 'fr'])
    expect(new Set(heard.map(([, , seed]) => seed)).size).toBe(3)
  })

  it('refuses wrong digits once and for all, and is served a bounded number of times', async () => {
    const { challenges } = aService()
    const { id } = await challenges.issue(spoken)
    const kinds = []
    for (let time = 0; time < 30; time += 1) kinds.push((await challenges.audio(id)).kind)
    expect(kinds.filter(kind => kind === 'served').length).toBe(24)
    expect(await challenges.answer({ id, form, response: '12345' })).toEqual({ kind: 'wrong' })
    expect(await challenges.audio(id)).toEqual({ kind: 'gone' })
  })
})

describe('no challenge', () => {
  it('has every form pass', async () => {
    const none = makeNoChallenge({ clock: aClock().clock })
    const { id } = await none.issue(aRequest)
    expect(await none.answer({ id, form, response: undefined })).toEqual({ kind: 'passed' })
    expect([await none.passed({ form }), await none.spend({ form })]).toEqual([true, true])
    expect([(await none.picture(id, 1)).kind, (await none.audio(id)).kind]).toEqual(['gone', 'gone'])
  })
})
