/** Every measure: what is compared with what, and what is aimed at. */
import { join } from 'node:path'
import { measureAlone } from './alone.ts'
import { startContender } from './contenders.ts'
import { measure, median, type Plan } from './rounds.ts'
import { type BenchNeeds, contender, hashing, startArgon2, startServer, stopAll } from './serving.ts'
import type { Measure } from './table.ts'

type Take = (needs: BenchNeeds) => Promise<readonly Measure[]>

const minute = 60_000
const plans = {
  signIn: { warmUp: 240, rounds: 9, count: 16, limitMs: minute },
  beyond: { warmUp: 600, rounds: 11, count: 40, limitMs: minute },
  token: { warmUp: 4800, rounds: 15, count: 240, limitMs: minute / 2 },
  challenge: { warmUp: 40, rounds: 5, count: 20, limitMs: minute / 2 },
} as const satisfies { readonly [name: string]: Plan }

const signIn: Take = async needs => {
  const guichet = await startServer(needs, 'guichet', { hash: 'full' })
  const argon2 = await startArgon2('full')
  const known = contender('known', guichet, 'signIn')
  const fresh = contender('fresh', guichet, 'signIn', { known: false })
  const cpu = await measure([known, hashing(argon2), fresh], plans.signIn)
  await stopAll([guichet.child, argon2])
  const baseline = { of: 'argon2id alone', figure: cpu.hash ?? Number.NaN }
  return [
    {
      measure: 'sign-in, from /authorize to tokens',
      unit: 'ms CPU',
      figure: cpu.known ?? Number.NaN,
      baseline,
      aim: { kind: 'ratio', atMost: 1.4 },
    },
    {
      measure: 'the same from a new browser, its mail sent',
      unit: 'ms CPU',
      figure: cpu.fresh ?? Number.NaN,
      baseline,
    },
  ]
}

/** A light hash on both sides: taking away what varies most leaves what is looked for. */
const beyond: Take = async needs => {
  const guichet = await startServer(needs, 'guichet', { hash: 'light' })
  const argon2 = await startArgon2('light')
  const bare = await startServer(needs, 'bare', { hash: 'light' })
  const cpu = await measure(
    [contender('guichet', guichet, 'signIn'), hashing(argon2), contender('bare', bare, 'signIn')],
    plans.beyond,
  )
  await stopAll([guichet.child, argon2, bare.child])
  return [
    {
      measure: 'sign-in beyond its hash',
      unit: 'ms CPU',
      figure: (cpu.guichet ?? Number.NaN) - (cpu.hash ?? Number.NaN),
      baseline: { of: 'bare provider', figure: cpu.bare ?? Number.NaN },
      aim: { kind: 'ratio', atMost: 1.5 },
    },
  ]
}

const tokens =
  (act: 'clientCredentials' | 'refresh', name: string): Take =>
  async needs => {
    const guichet = await startServer(needs, 'guichet', { hash: 'light' })
    const bare = await startServer(needs, 'bare', { hash: 'light' })
    const cpu = await measure([contender('guichet', guichet, act), contender('bare', bare, act)], plans.token)
    await stopAll([guichet.child, bare.child])
    return [
      {
        measure: name,
        unit: 'ms CPU',
        figure: cpu.guichet ?? Number.NaN,
        baseline: { of: 'bare provider', figure: cpu.bare ?? Number.NaN },
        aim: { kind: 'ratio', atMost: 1.1 },
      },
    ]
  }

const alone: Take = async ({ dir }) => {
  const { startMs, residentMb } = await measureAlone(join(dir, 'alone'), { starts: 5, idle: 3, idleMs: 10_000 })
  return [
    {
      measure: 'start to first answer',
      unit: 'ms',
      figure: median(startMs),
      aim: { kind: 'figure', atMost: 1000 },
    },
    ...(residentMb.length === 0
      ? []
      : [
          {
            measure: 'memory after a page and 10 s idle',
            unit: 'MB',
            figure: median(residentMb),
            aim: { kind: 'figure', atMost: 130 },
          } as const,
        ]),
  ]
}

const challenge: Take = async () => {
  const child = await startContender('challenge')
  const { rounds, count } = plans.challenge
  const costOf = async (question: 'pictures' | 'audio', what: string): Promise<readonly Measure[]> => {
    const main: number[] = []
    await child.ask(question, count)
    const act = async () => void main.push(Number(await child.ask(question, count)) / count)
    const total = await measure([{ name: 'total', cpu: child.cpu, act }], plans.challenge)
    return [
      { measure: what, unit: 'ms CPU', figure: total.total ?? Number.NaN },
      { measure: '  of which on the main thread', unit: 'ms CPU', figure: median(main.slice(-rounds)) },
    ]
  }
  const pictures = await costOf('pictures', 'a control, issued and its five pictures')
  const audio = await costOf('audio', 'a control, issued and its recording')
  await child.stop()
  return [...pictures, ...audio]
}

export const measures: { readonly [name: string]: Take } = {
  signIn,
  beyond,
  clientCredentials: tokens('clientCredentials', 'client_credentials'),
  refresh: tokens('refresh', 'refresh, rotated'),
  alone,
  challenge,
}
