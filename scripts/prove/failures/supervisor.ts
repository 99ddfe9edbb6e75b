/** What starts a process again when one has ended, as every supervisor does. */
import { setTimeout as pause } from 'node:timers/promises'
import type { Server } from '../world/servers.ts'
import type { World } from '../world/world.ts'

const TRIES = 60
const AGAIN_MS = 1000

export type Supervisor = {
  /** Kills one, on purpose. */
  kill(server: Server): Promise<void>
  /** How many have ended that nobody killed. */
  unforeseen(): number
  /** From now on they may end. */
  dismiss(): Promise<void>
}

export const supervise = (world: World, changed: (servers: readonly Server[]) => void): Supervisor => {
  let on = true
  const killed = new Set<number>()
  let unforeseen = 0
  let starting = Promise.resolve()

  const startAnother = async (): Promise<void> => {
    for (let attempt = 0; on && attempt < TRIES; attempt += 1) {
      try {
        watch(await world.start())
        return changed([...world.servers])
      } catch {
        // its stores may be away just now
        await pause(AGAIN_MS)
      }
    }
  }
  const watch = (server: Server): void => {
    void server.ended.then(() => {
      if (!on) return
      if (!killed.has(server.pid)) unforeseen += 1
      starting = starting.then(startAnother)
    })
  }
  for (const server of world.servers) watch(server)

  return {
    kill: server => {
      killed.add(server.pid)
      return server.kill()
    },
    unforeseen: () => unforeseen,
    async dismiss() {
      on = false
      await starting
    },
  }
}
