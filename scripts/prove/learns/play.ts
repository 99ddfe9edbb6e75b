/** One journey tried again and again, whose number it is drawn at random each time. */
import type { ReceivedMail } from '../../../test/support/mailbox.ts'
import { mailSeen, type Seen, seen } from '../../../test/support/seen.ts'
import type { Journey, Told } from './journeys.ts'
import { shuffled } from './noise.ts'
import type { Stage } from './stage.ts'
import type { Standing, Standings } from './standings.ts'

export type Try = {
  readonly standing: Standing
  readonly answer: Seen
  /** What Retry-After said. */
  readonly wait: number | undefined
  readonly told: Told | 'otherwise'
  readonly mails: readonly ReturnType<typeof mailSeen>[]
  /** µs until the answer was there, redirects followed. */
  readonly answered: number
  /** µs that the requests after it took. */
  readonly following: number
  /** µs of processor that the server spent on the answer; with a little of the mails that leave after it. */
  readonly worked: number
  /** µs of processor until all was quiet again, mails and the requests after it included. */
  readonly workedAfter: number
}

export type Playing = {
  readonly tries: number
  /** Tries made first and not looked at: code that has not run yet is slow. */
  readonly warmUp: number
  /** Requests measured after each try. */
  readonly following: number
  readonly random: () => number
  readonly signal: AbortSignal
  readonly progress: (line: string) => void
}

const SUBJECTS: { readonly [subject: string]: Told } = {
  'Activez votre compte Guichet': 'activation',
  'Votre accès à Guichet': 'recovery',
  'Votre compte Guichet existe déjà': 'accountExists',
}

const toldBy = (mails: readonly ReceivedMail[]): Try['told'] => {
  const [first, ...more] = mails
  if (!first) return 'nothing'
  return more.length > 0 ? 'otherwise' : (SUBJECTS[first.subject] ?? 'otherwise')
}

export const play = async (
  stage: Stage,
  standings: Standings,
  { name, standings: all, approach, attempt }: Journey,
  { tries, warmUp, following, random, signal, progress }: Playing,
): Promise<readonly Try[]> => {
  // everybody is there before the first try: a write just before a try would weigh on it
  const cast: { readonly standing: Standing; readonly begin: () => Promise<Try> }[] = []
  for (let round = 0; round < tries + warmUp; round += 1) {
    if (signal.aborted) return []
    progress(`${name}: people for round ${round + 1} of ${tries + warmUp}`)
    for (const standing of shuffled(all, random)) {
      const person = await standings(standing)
      const come = await approach(stage, person)
      const begin = async (): Promise<Try> => {
        const { visitor, watch } = stage.newcomer()
        const page = await come(visitor)
        await stage.next(1)
        watch.read()
        await stage.work()
        const answer = await attempt(visitor, page, person)
        const worked = await stage.work()
        const answered = watch.read()
        const next = following > 0 ? await stage.next(following) : 0
        await stage.quiet()
        const workedAfter = await stage.work()
        const mails = (await stage.mails()).filter(({ to }) => to === person.email)
        const wait = answer.headers.get('retry-after')
        return {
          standing,
          answer: seen(answer, visitor, person),
          wait: wait === null ? undefined : Number(wait),
          told: toldBy(mails),
          mails: mails.map(mailSeen),
          answered,
          following: next,
          worked,
          workedAfter,
        }
      }
      cast.push({ standing, begin })
    }
  }
  const played: Try[] = []
  for (const { begin } of cast) {
    if (signal.aborted) break
    played.push(await begin())
    progress(`${name}: ${played.length} of ${cast.length} tries`)
  }
  return played.slice(warmUp * all.length)
}
