import { type ChallengeLanguage, makeClips, sampleRate, type Voices } from './clips.ts'
import { type Chance, repeatable } from './repeatable.ts'
import { writeWav } from './wav.ts'

export type Spoken = {
  readonly language: ChallengeLanguage
  readonly digits: string
  /** 32 secret bytes in base64url: the same seed gives the same bytes. */
  readonly seed: string
}
export type Speech = (spoken: Spoken) => Promise<Buffer>

/**
 * Speaks digits as a WAV file: voices, pace, pauses and the noise behind them differ with each seed. One challenge has
 * one recording, because a browser fetches it in ranges, which must fit together, and plays it again.
 */
export const makeSpeech = (): Speech => {
  const clipsOf = makeClips()

  return async ({ language, digits, seed }) => {
    const chance = repeatable(seed)
    const { between } = chance
    const voices = await clipsOf(language)
    const words = [...digits].map(digit => takeAt(clip(voices, Number(digit), chance), between(0.92, 1.12)))
    const pauses = words.map(() => seconds(between(0.35, 0.75)))
    const length = seconds(0.6) + sum(words.map(word => word.length)) + sum(pauses)
    const track = new Float32Array(length)
    hiss(track, chance)
    babble(track, voices, chance)

    let at = 0
    words.forEach((word, index) => {
      at += pauses[index] ?? 0
      lay(track, word, at, between(0.75, 0.95))
      at += word.length
    })
    return writeWav(track)
  }
}

const clip = (voices: Voices, digit: number, { whole }: Chance): Int16Array =>
  voices[whole(voices.length)]?.[digit] ?? new Int16Array()

/** The clip said faster and higher, or slower and lower. */
const takeAt = (samples: Int16Array, pace: number): Float32Array => {
  const taken = new Float32Array(Math.floor(samples.length / pace))
  for (let index = 0; index < taken.length; index += 1) {
    const place = index * pace
    const before = Math.floor(place)
    const one = samples[before] ?? 0
    taken[index] = one + ((samples[before + 1] ?? 0) - one) * (place - before)
  }
  return taken
}

/** A soft, dull noise under the whole track. */
const hiss = (track: Float32Array, { between, bytes }: Chance): void => {
  const noise = bytes(track.length)
  const loudness = between(5, 9)
  let dull = 0
  for (let index = 0; index < track.length; index += 1) {
    dull += ((noise[index] ?? 0) - 128 - dull) * 0.4
    track[index] = dull * loudness
  }
}

/** People far away: digits said backwards, which tell a listener nothing and a machine a little too much. */
const babble = (track: Float32Array, voices: Voices, chance: Chance): void => {
  const { between, whole } = chance
  let at = 0
  while (at < track.length) {
    const word = takeAt(clip(voices, whole(10), chance), between(0.7, 1.3)).reverse()
    lay(track, word, at, between(0.08, 0.2))
    at += Math.floor(word.length * between(0.4, 0.9)) + seconds(between(0.01, 0.1))
  }
}

const lay = (track: Float32Array, word: Float32Array, at: number, loudness: number): void => {
  const last = Math.min(word.length, track.length - at)
  for (let index = 0; index < last; index += 1) {
    track[at + index] = (track[at + index] ?? 0) + (word[index] ?? 0) * loudness
  }
}

const seconds = (duration: number): number => Math.floor(duration * sampleRate)

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0)
