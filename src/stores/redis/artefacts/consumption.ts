import type { Answer, ScriptCall, Server } from '../connection/server.ts'
import { timeText } from './rows.ts'
import { consumeRow } from './scripts.ts'

export type Consume = (row: string, at: Date, now: Date) => Promise<'consumed' | 'lost' | 'gone'>

/** How long a consumption waits for a replica, in ms. */
const keptWithin = 100
/** After one that no replica answered, how long others go on without waiting, in ms: a replica that is away slows nobody down. */
const aloneFor = 10_000

const outcomes: { readonly [answer: number]: 'consumed' | 'lost' | 'gone' } = { 0: 'lost', 1: 'consumed', 2: 'gone' }

type Waiting = ScriptCall & { readonly settle: (answer: Answer) => void }

/** One wait for replicas at a time in each place: who comes during one goes with the next, and nobody waits for more than two. */
const makeFollowed = (server: Server) => {
  let aloneUntil = 0
  /** Those who wait for one that is on its way, by place. */
  const places = new Map<string, Waiting[]>()

  const run = async (calls: readonly ScriptCall[]): Promise<readonly Answer[]> => {
    if (performance.now() < aloneUntil) return Promise.all(calls.map(call => settled(server, call)))
    const { answers, kept } = await server.scriptsKept(consumeRow, calls, keptWithin)
    if (!kept) aloneUntil = performance.now() + aloneFor
    return answers
  }

  const send = async (place: string, calls: readonly Waiting[]): Promise<void> => {
    const answers = await run(calls).catch(error => calls.map((): Answer => ({ error })))
    for (const [nth, { settle }] of calls.entries()) settle(answers[nth] ?? { error: new Error('no answer') })
    const next = places.get(place) ?? []
    if (next.length === 0) return void places.delete(place)
    places.set(place, [])
    return send(place, next)
  }

  return (call: ScriptCall): Promise<Answer> =>
    new Promise(settle => {
      const place = server.placeOf(call.keys[0] ?? '')
      const waiting = places.get(place)
      if (waiting) return void waiting.push({ ...call, settle })
      places.set(place, [])
      void send(place, [{ ...call, settle }])
    })
}

const settled = async (server: Server, { keys, values }: ScriptCall): Promise<Answer> => {
  try {
    return { value: await server.script(consumeRow, keys, values) }
  } catch (error) {
    return { error }
  }
}

/**
 * Where there are replicas, a code or a token that was used is known to one before anybody is answered, so that a failover does
 * not give it back. When none says so in time it goes on: refusing would end every sign-in while a replica is away.
 * `following` has a connection of its own, which its waits hold up.
 */
export const makeConsume = (server: Server, following: Server | undefined): Consume => {
  const ask = following ? makeFollowed(following) : (call: ScriptCall) => settled(server, call)

  return async (row, at, now) => {
    const answer = await ask({ keys: [row], values: [timeText(at.getTime()), now.getTime()] })
    if ('error' in answer) throw answer.error
    const outcome = outcomes[Number(answer.value)]
    if (!outcome) throw new Error('a consumption gave no answer')
    return outcome
  }
}
