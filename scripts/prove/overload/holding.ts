/** Clients that hold connections: headers and bodies sent a byte at a time, and ten thousand that say nothing more. */
import { fileURLToPath } from 'node:url'
import { startChild } from '../../processes/children.ts'
import { atLeast, atMost, is, type PartNeeds, type Row } from '../part.ts'
import type { Dribble, Held } from './dribble.ts'
import { givePages, openGround, others, read, watchMemory } from './ground.ts'

export type HoldingPlan = {
  readonly slow: number
  readonly idle: number
  /** How long they are borne with. */
  readonly seconds: number
}

const readFor = (seconds: number) => ({ perSecond: 50, seconds })

export const provesHolding = async (
  { form, store, progress }: PartNeeds,
  plan: HoldingPlan,
): Promise<readonly Row[]> => {
  const ground = await openGround({ form, store })
  const crowd = await startChild(fileURLToPath(new URL('./dribble.ts', import.meta.url)))
  const timed = form === 'long'
  try {
    await givePages(ground)
    const { host } = new URL(ground.world.issuer)
    const { port } = ground.server
    const before = (await ground.server.memory()).rss / 1024 / 1024
    const form = `host: ${host}\r\ncontent-type: application/x-www-form-urlencoded\r\n`
    const loads: readonly (Omit<Dribble, 'port'> & { readonly name: string; readonly borne: number | undefined })[] = [
      {
        name: 'headers a byte at a time',
        count: plan.slow,
        first: `GET / HTTP/1.1\r\nhost: ${host}\r\nx: `,
        rest: 'a',
        everyMs: 1000,
        borne: 15,
      },
      {
        name: 'bodies a byte at a time',
        count: plan.slow,
        first: `POST /connexion/x HTTP/1.1\r\n${form}content-length: 9999\r\n\r\nnir=`,
        rest: '1',
        everyMs: 1000,
        borne: 20,
      },
      {
        name: 'idle connections',
        count: plan.idle,
        first: `GET /health/live HTTP/1.1\r\nhost: ${host}\r\n\r\n`,
        rest: '',
        everyMs: 0,
        borne: undefined,
      },
    ]
    const rows: Row[] = []
    for (const { name, borne, ...load } of loads) {
      progress(`holding: ${load.count} × ${name}`)
      const of = `${load.count} ${name}: `
      const memory = watchMemory(ground.server)
      await crowd.ask('hold', { port, ...load })
      const pages = await read(ground, readFor(plan.seconds))
      const held = (await crowd.ask('held')) as Held
      await crowd.ask('letGo')
      const began = performance.now()
      const after = await read(ground, readFor(0.5))
      const recovery = (performance.now() - began) / 1000
      const most = await memory.stop()
      rows.push(
        is(`${of}connections refused`, held.refused, 0, JSON.stringify(held.told)),
        is(`${of}pages that were not given`, others(pages.statuses, ['200']), 0),
        is(`${of}pages that were not given afterwards`, others(after.statuses, ['200']), 0),
        atMost(`${of}memory at most`, most, before + 200 + load.count / 40, 'MB', `${before.toFixed(0)} MB before`),
      )
      if (borne === undefined) {
        rows.push(
          is(`${of}answered`, held.told['HTTP/1.1 200 OK'] ?? 0, load.count),
          atLeast(`${of}still open`, held.open, load.count),
        )
      }
      if (!timed) continue
      rows.push(
        atMost(`${of}other pages, 99th percentile`, pages.all.p99, 100, 'ms'),
        atMost(`${of}recovery`, recovery, 5, 's'),
      )
      if (borne !== undefined) {
        rows.push(
          is(`${of}still open`, held.open, 0),
          atMost(`${of}the longest borne with`, held.longest / 1000, borne, 's'),
        )
      }
    }
    return rows
  } finally {
    await crowd.kill()
    await ground.close()
  }
}
