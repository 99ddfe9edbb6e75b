import type { ChallengeLanguage } from './clips.ts'
import { type ChallengeObject, objects } from './objects.ts'
import { shuffled, whole } from './random.ts'

export const picturesPerChallenge = 5
const digitsPerChallenge = 6

type PictureDeal = { readonly icons: string[]; readonly answer: string; readonly name: string }

/** Five objects that nobody confuses, and one of them to be found: its place, from 1 to 5, is the answer. */
export const dealPictures = (language: ChallengeLanguage): PictureDeal => {
  const dealt = unlike(shuffled(objects)).slice(0, picturesPerChallenge)
  const place = whole(dealt.length)
  return {
    icons: dealt.map(({ icon }) => icon),
    answer: String(place + 1),
    name: dealt[place]?.names[language] ?? '',
  }
}

/** The first of each look. */
const unlike = (things: readonly ChallengeObject[]): ChallengeObject[] => {
  const looks = new Set<string>()
  return things.filter(({ look }) => !looks.has(look) && looks.add(look))
}

/** Six digits, each as likely as any other. */
export const dealDigits = (): string => Array.from({ length: digitsPerChallenge }, () => whole(10)).join('')
