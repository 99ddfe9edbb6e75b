/** What a process holds in memory while people and machines ask all that they may, with the heap of a server. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { HEAP_ENVIRONMENT, HEAP_FLAGS } from '../../../src/operations/heap.ts'
import type { Journeys } from '../journeys.ts'
import { startServer } from '../serving.ts'
import { storeEnv, type TakeOnStores } from './needs.ts'

const PEOPLE = 24
const LONGEST_MS = 60_000
const SHORTEST_MS = 3_000

/** In MB; undefined where the system does not tell it in /proc. */
const peakOf = async (pid: number): Promise<number | undefined> => {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
  const kb = /^VmHWM:\s+(\d+) kB/m.exec(status)?.[1]
  return kb === undefined ? undefined : Number(kb) / 1024
}

const acts: readonly (keyof Journeys)[] = ['clientCredentials', 'refresh', 'userinfo', 'introspect']

export const memory: TakeOnStores = async needs => {
  const { settings } = await needs.world.store('memory')
  const compiled = join(needs.dir, 'compiled')
  const start = () =>
    startServer(needs, 'guichet', {
      hash: 'full',
      env: { ...storeEnv(settings), ...HEAP_ENVIRONMENT, NODE_COMPILE_CACHE: compiled },
      flags: HEAP_FLAGS,
      people: { people: PEOPLE },
    })
  // as src/main.ts: what a first start compiled is kept for the next ones
  await (await start()).child.stop()
  const { child, journeys } = await start()
  try {
    const until = performance.now() + Math.max(SHORTEST_MS, LONGEST_MS * needs.scale)
    const live = async (person: number): Promise<void> => {
      while (performance.now() < until) {
        await journeys.signIn(person, person % 2 === 0)
        await journeys.gatherToken(person)
        for (let nth = 0; nth < 20; nth += 1) for (const act of acts) await journeys[act](person, true)
      }
    }
    await Promise.all(Array.from({ length: PEOPLE }, (_, person) => live(person)))
    const peak = await peakOf(child.pid)
    if (peak === undefined) return []
    const measure = `memory of a process under load, ${PEOPLE} at once, its peak`
    return [{ measure, unit: 'MB', figure: peak, aim: { kind: 'figure', atMost: 200 } }]
  } finally {
    await child.stop()
  }
}
