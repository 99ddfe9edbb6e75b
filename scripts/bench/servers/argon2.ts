/** The password's hash alone, as many at once as journeys are. */
import argon2 from 'argon2'
import { answerParent } from '../../processes/child.ts'
import { PEOPLE } from '../target.ts'

const light = process.env.BENCH_HASH === 'light'
const options = {
  type: argon2.argon2id,
  memoryCost: light ? 1024 : 19_456,
  timeCost: light ? 1 : 2,
  parallelism: 1,
} as const
const password = 'Tournesol-Bleu-42'
const hash = await argon2.hash(password, options)

answerParent({
  verify: async (count: number) => {
    const verify = async (): Promise<void> => {
      for (let done = 0; done < count / PEOPLE; done += 1) await argon2.verify(hash, password)
    }
    await Promise.all(Array.from({ length: PEOPLE }, verify))
  },
})
