import { z } from 'zod'

/** What challenges need of an expiring store. Every method is atomic across processes. */
export type ChallengeRecords = {
  put(kind: string, id: string, value: unknown, expiresAt: Date): Promise<void>
  get(kind: string, id: string): Promise<unknown | undefined>
  /** Gives and removes, once: of two who take at the same time, one gets undefined. */
  take(kind: string, id: string): Promise<unknown | undefined>
}

/** An open challenge: what is to be drawn or said, hence the answer, lives here and nowhere else. */
const openChallenge = z.intersection(
  z.object({ form: z.string(), rounds: z.number(), expiresAt: z.number() }),
  z.discriminatedUnion('mode', [
    z.object({ mode: z.literal('picture'), icons: z.array(z.string()), seed: z.string(), answer: z.string() }),
    z.object({ mode: z.literal('audio'), language: z.enum(['fr', 'en']), seed: z.string(), answer: z.string() }),
  ]),
)
export type OpenChallenge = z.infer<typeof openChallenge>

/** Rounds that a form has got right in a row, while more are asked for. */
const progress = z.object({ right: z.number(), expiresAt: z.number() })

const pass = z.object({ expiresAt: z.number() })

/** Kept as kinds of the store, so that a challenge, a form's progress and its pass never mix. */
const kinds = { challenge: 'challenge', progress: 'challengeProgress', pass: 'challengePass' } as const

/** The three kinds of records, never given past their time, even by a store slow to purge, nor in another shape. */
export const makeChallengeRecords = ({ records, clock }: { records: ChallengeRecords; clock: () => Date }) => {
  const kindOf = <T extends { expiresAt: number }>(kind: string, schema: z.ZodType<T>) => {
    const parse = (value: unknown): T | undefined => {
      const record = schema.safeParse(value).data
      return record && clock().getTime() < record.expiresAt ? record : undefined
    }
    return {
      put: (id: string, record: T) => records.put(kind, id, record, new Date(record.expiresAt)),
      get: async (id: string) => parse(await records.get(kind, id)),
      take: async (id: string) => parse(await records.take(kind, id)),
    }
  }

  return {
    challenges: kindOf(kinds.challenge, openChallenge),
    progress: kindOf(kinds.progress, progress),
    passes: kindOf(kinds.pass, pass),
  }
}
