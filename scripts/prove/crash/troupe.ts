/** The processes that play and die. Some stand ready beside those that play, since starting takes longest. */
import type { Server } from '../world/servers.ts'
import type { World } from '../world/world.ts'

const program = new URL('./server.ts', import.meta.url)

export const makeTroupe = (world: World, ready: number) => {
  const start = () => world.start({ program, env: { PROVE_WORKERS: 'off' } })
  const waiting: Promise<Server>[] = []
  return {
    next: (): Promise<Server> => {
      const taken = waiting.shift() ?? start()
      while (waiting.length < ready) waiting.push(start())
      return taken
    },
    /** It lives, and it runs no worker: it may be the next to die. */
    giveBack: (server: Server): void => void waiting.unshift(Promise.resolve(server)),
    dismiss: () => Promise.all(waiting.map(async one => (await one).kill())),
  }
}

export type Troupe = ReturnType<typeof makeTroupe>
