/** What every attack is played on: a Guichet of two processes, a service, one clock moved for all. */
import type { Form, PartNeeds, Row } from '../part.ts'
import { aProvedService, type ProvedService } from '../world/service.ts'
import { openWorld, type World } from '../world/world.ts'

export type Ground = {
  readonly world: World
  readonly service: ProvedService
  readonly form: Form
  readonly progress: (line: string) => void
  readonly signal: AbortSignal
  /** Seconds since this ground was opened, those skipped included. */
  now(): number
  /** Moves every process's clock on. */
  skip(seconds: number): Promise<void>
}

export type Attack = {
  readonly name: string
  readonly settings?: { readonly [name: string]: string }
  run(ground: Ground): Promise<readonly Row[]>
}

export const played = async (attack: Attack, { form, store, progress, signal }: PartNeeds): Promise<readonly Row[]> => {
  const world = await openWorld({ store, processes: 2, settings: attack.settings ?? {} })
  try {
    const service = await aProvedService(world)
    const began = performance.now()
    let skipped = 0
    return await attack.run({
      world,
      service,
      form,
      signal,
      progress: line => progress(`${attack.name}: ${line}`),
      now: () => skipped + (performance.now() - began) / 1000,
      async skip(seconds) {
        skipped += seconds
        await Promise.all(world.servers.map(server => server.advance(seconds)))
      },
    })
  } finally {
    await world.stop()
  }
}
