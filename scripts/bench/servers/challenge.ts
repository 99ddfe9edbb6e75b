/** One control against robots: issued and drawn, or issued and said. Kept in memory: the store is not what is measured. */
import { makeChallenges } from '../../../src/protection/challenge/challenge.ts'
import { answerParent } from '../../processes/child.ts'

const kept = new Map<string, unknown>()
const records = {
  put: async (kind: string, id: string, value: unknown) => void kept.set(`${kind}/${id}`, value),
  get: async (kind: string, id: string) => kept.get(`${kind}/${id}`),
  take: async (kind: string, id: string) => {
    const value = kept.get(`${kind}/${id}`)
    kept.delete(`${kind}/${id}`)
    return value
  },
}
const challenges = makeChallenges({ records, clock: () => new Date() })

const issue = (mode: 'picture' | 'audio', form: number) =>
  challenges.issue({ form: `form-${form}`, mode, language: 'fr', rounds: 1 })

const mainThread = (): number => {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}

/** CPU of the main thread, in ms, that `count` acts take. */
const timed = async (count: number, act: (index: number) => Promise<void>): Promise<number> => {
  const before = mainThread()
  for (let index = 0; index < count; index += 1) await act(index)
  return mainThread() - before
}

answerParent({
  pictures: (count: number) =>
    timed(count, async index => {
      const { id, pictures } = await issue('picture', index)
      for (const number of pictures) {
        const served = await challenges.picture(id, number)
        if (served.kind !== 'served') throw new Error(`a picture is ${served.kind}`)
      }
    }),
  audio: (count: number) =>
    timed(count, async index => {
      const { id } = await issue('audio', index)
      const served = await challenges.audio(id)
      if (served.kind !== 'served') throw new Error(`a recording is ${served.kind}`)
    }),
})
