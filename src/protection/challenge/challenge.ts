import { randomBytes } from 'node:crypto'
import { makeSpeech, type Speech } from './audio.ts'
import type { ChallengeLanguage } from './clips.ts'
import { dealDigits, dealPictures, picturesPerChallenge } from './deal.ts'
import { type Drawing, makeDrawing } from './draw.ts'
import { type ChallengeRecords, makeChallengeRecords, type OpenChallenge } from './records.ts'
import { seedFor } from './repeatable.ts'
import { makeServings } from './servings.ts'

export type ChallengeMode = 'picture' | 'audio'

export type ChallengeRequest = {
  /** Id of the form that the challenge is bound to: an answer sent with another form counts for nothing. */
  readonly form: string
  readonly mode: ChallengeMode
  readonly language: ChallengeLanguage
  /** How many right answers in a row this form needs: 1, or 2 under suspicion. */
  readonly rounds: number
}

/** What a page shows. The pictures are `pictures` numbers to ask for by `id`; nothing here tells the answer. */
export type Challenge = {
  readonly id: string
  readonly mode: ChallengeMode
  /** The object to find, in the language asked for; empty for the audio version. */
  readonly name: string
  readonly pictures: readonly number[]
  readonly expiresAt: Date
}

/** 'again': right, but another round is needed, for which a new challenge must be issued. */
export type ChallengeOutcome = { readonly kind: 'passed' | 'again' | 'wrong' | 'expired' | 'missing' }

export type Served =
  | { readonly kind: 'served'; readonly bytes: Buffer }
  | { readonly kind: 'gone' }
  | { readonly kind: 'busy' }

export type Challenges = {
  issue(request: ChallengeRequest): Promise<Challenge>
  /**
   * One picture of an open challenge, as a PNG; `number` is 1 to 5. The same bytes each time, so that drawings cannot be
   * compared; in another challenge, another picture. Never to be cached.
   */
  picture(id: string, number: number): Promise<Served>
  /** The digits of an open audio challenge, as a WAV file: one recording for each challenge, fit for range requests. */
  audio(id: string): Promise<Served>
  /**
   * Judges an answer, once: right or wrong, the challenge is gone afterwards. Nothing answered ('missing') leaves it
   * open. `response` is the form's value as it came: '1' to '5', or the digits heard; anything else is wrong.
   * The caller counts 'wrong' against its throttle.
   */
  answer(given: { readonly id: string; readonly form: string; readonly response: unknown }): Promise<ChallengeOutcome>
  /** Whether the form has passed lately and need not be asked again. */
  passed(given: { readonly form: string }): Promise<boolean>
  /** Uses the form's pass up: true once for each pass, whoever asks at the same time. */
  spend(given: { readonly form: string }): Promise<boolean>
}

type ChallengeNeeds = {
  readonly records: ChallengeRecords
  readonly clock: () => Date
  readonly drawing?: Drawing
  readonly speak?: Speech
}

const minutes = 60_000
const lifetime = 10 * minutes
const passLifetime = 30 * minutes
const servingsPerPicture = 4
const servingsPerAudio = 24 // a browser asks for a recording several times, range by range
const challengesRemembered = 5_000
const idBytes = 16
const seedBytes = 32

/** The picture and audio challenge of sign-up and suspected sign-ins. Its secrets live in the store's values only. */
export const makeChallenges = ({
  records,
  clock,
  drawing = makeDrawing(),
  speak = makeSpeech(),
}: ChallengeNeeds): Challenges => {
  const { challenges, progress, passes } = makeChallengeRecords({ records, clock })
  const servings = makeServings({ remembered: challengesRemembered * picturesPerChallenge })
  const after = (duration: number): number => clock().getTime() + duration

  const roundIsRight = async ({ form, rounds }: OpenChallenge): Promise<ChallengeOutcome> => {
    const right = ((await progress.take(form))?.right ?? 0) + 1
    if (right < rounds) {
      await progress.put(form, { right, expiresAt: after(lifetime) })
      return { kind: 'again' }
    }
    await passes.put(form, { expiresAt: after(passLifetime) })
    return { kind: 'passed' }
  }

  return {
    async issue({ form, mode, language, rounds }) {
      const id = randomBytes(idBytes).toString('base64url')
      const expiresAt = after(lifetime)
      const shown = { id, mode, expiresAt: new Date(expiresAt) }
      const seed = randomBytes(seedBytes).toString('base64url')
      if (mode === 'audio') {
        await challenges.put(id, { form, rounds, expiresAt, mode, language, seed, answer: dealDigits() })
        return { ...shown, name: '', pictures: [] }
      }
      const { icons, answer, name } = dealPictures(language)
      await challenges.put(id, { form, rounds, expiresAt, mode, icons, seed, answer })
      return { ...shown, name, pictures: icons.map((_, index) => index + 1) }
    },

    async picture(id, number) {
      // before anything is read: a flood of pictures is told so for next to nothing
      if (drawing.full()) return { kind: 'busy' }
      const challenge = await challenges.get(id)
      if (challenge?.mode !== 'picture') return { kind: 'gone' }
      const icon = challenge.icons[number - 1]
      const picture = `${id}/${number}`
      if (icon === undefined || !servings.take(picture, servingsPerPicture)) return { kind: 'gone' }
      const drawn = await drawing.draw(icon, seedFor(challenge.seed, String(number)))
      if (drawn.kind === 'done') return { kind: 'served', bytes: drawn.value }
      servings.giveBack(picture)
      return drawn
    },

    async audio(id) {
      const challenge = await challenges.get(id)
      if (challenge?.mode !== 'audio' || !servings.take(id, servingsPerAudio)) return { kind: 'gone' }
      const { language, answer: digits, seed } = challenge
      return { kind: 'served', bytes: await speak({ language, digits, seed }) }
    },

    async answer({ id, form, response }) {
      if (isMissing(response)) return { kind: 'missing' }
      const challenge = await challenges.take(id)
      if (challenge?.form !== form) return { kind: 'expired' }
      if (isRight(response, challenge)) return roundIsRight(challenge)
      await progress.take(form)
      return { kind: 'wrong' }
    },

    passed: async ({ form }) => (await passes.get(form)) !== undefined,

    spend: async ({ form }) => (await passes.take(form)) !== undefined,
  }
}

const isMissing = (response: unknown): boolean =>
  response === undefined || (typeof response === 'string' && response.trim() === '')

const isRight = (response: unknown, { answer }: OpenChallenge): boolean =>
  typeof response === 'string' && response.replace(/\s/g, '') === answer
