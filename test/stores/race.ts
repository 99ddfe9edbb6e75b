import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const racer = fileURLToPath(new URL('./racer.ts', import.meta.url))

/** Runs `count` tries in each of `processes`, all begun together; gives how each ended. Every process has ended when it returns. */
export const race = async (dataDir: string, name: string, processes: number, count: number): Promise<unknown[]> => {
  const racers = Array.from({ length: processes }, (_, i) => {
    const child = spawn(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', racer, dataDir, name, String(i), String(count)],
      { stdio: ['pipe', 'pipe', 'inherit'] },
    )
    return {
      child,
      ended: once(child, 'close'),
      lines: createInterface({ input: child.stdout })[Symbol.asyncIterator](),
    }
  })
  await Promise.all(racers.map(({ lines }) => lines.next()))
  for (const { child } of racers) child.stdin.write('go\n')
  const answers = await Promise.all(racers.map(({ lines }) => lines.next()))
  const codes = await Promise.all(
    racers.map(async ({ child, ended }) => {
      child.stdin.end()
      return (await ended)[0]
    }),
  )
  if (codes.some(code => code !== 0)) throw new Error(`a racer ended with ${codes.join(', ')}`)
  return answers.flatMap(({ value }) => JSON.parse(value ?? '[]') as unknown[])
}
