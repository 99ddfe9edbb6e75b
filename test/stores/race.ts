import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const racer = fileURLToPath(new URL('./racer.ts', import.meta.url))

export type Racers = {
  /** `count` tries in each process, all begun together; gives how each ended. */
  race(name: string, count: number): Promise<unknown[]>
  /** Lets the processes stop by themselves, and waits for them. */
  end(): Promise<void>
}

/** Processes on one database, ready to race when this returns. */
export const startRacers = async (
  kind: 'sqlite' | 'mongo' | 'redis',
  place: string,
  processes: number,
  env: { readonly [name: string]: string } = {},
): Promise<Racers> => {
  const racers = Array.from({ length: processes }, (_, i) => {
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', racer, kind, place, String(i)], {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, ...env },
    })
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
    return { child, ended: once(child, 'close'), lines }
  })
  await Promise.all(racers.map(({ lines }) => lines.next()))

  return {
    async race(name, count) {
      for (const { child } of racers) child.stdin.write(`${name} ${count}\n`)
      const answers = await Promise.all(racers.map(({ lines }) => lines.next()))
      return answers.flatMap(({ value }) => JSON.parse(value ?? '[]') as unknown[])
    },

    async end() {
      for (const { child } of racers) child.stdin.end()
      const codes = await Promise.all(racers.map(async ({ ended }) => (await ended)[0]))
      if (codes.some(code => code !== 0)) throw new Error(`racers ended with ${codes.join(', ')}`)
    },
  }
}

/** How many tries ended each way. */
export const tally = (outcomes: readonly unknown[]) => {
  const counts: { [outcome: string]: number } = {}
  for (const outcome of outcomes) counts[String(outcome)] = (counts[String(outcome)] ?? 0) + 1
  return counts
}
