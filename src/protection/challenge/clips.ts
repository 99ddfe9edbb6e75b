import { readFile } from 'node:fs/promises'
import { remember } from './remember.ts'

export type ChallengeLanguage = 'fr' | 'en'

/** Samples a second in every clip, and in what is made of them. */
export const sampleRate = 8000

/** The ten digits as two voices say them: `voices[voice][digit]`. */
export type Voices = readonly (readonly Int16Array[])[]

const voicesByLanguage = 2
const digits = 10

const readVoices = (language: ChallengeLanguage): Promise<Voices> =>
  Promise.all(
    Array.from({ length: voicesByLanguage }, (_, voice) =>
      Promise.all(Array.from({ length: digits }, (_, digit) => readClip(`${language}-${voice + 1}/${digit}.wav`))),
    ),
  )

const readClip = async (name: string): Promise<Int16Array> => {
  const wav = await readFile(new URL(`data/${name}`, import.meta.url))
  const data = wav.indexOf('data')
  const start = data + 8
  return Int16Array.from({ length: wav.readUInt32LE(data + 4) / 2 }, (_, index) => wav.readInt16LE(start + 2 * index))
}

/** Gives a language's spoken digits, made beforehand by scripts/data/digits.ts and read when first asked for. */
export const makeClips = () => remember(readVoices)
