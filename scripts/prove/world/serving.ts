/** What every process of a proof is: a whole Guichet over the store that its settings name, its clock moved by its parent. */
import { flushCompileCache } from 'node:module'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { queryObjects } from 'node:v8'
import { type App, makeApp } from '../../../src/app.ts'
import { type Configuration, requireConfiguration } from '../../../src/config/start.ts'
import type { Around } from '../../../src/foundations.ts'
import { makeLog } from '../../../src/operations/log.ts'
import { listen } from '../../../src/server.ts'
import { type Answers, answerParent } from '../../processes/child.ts'

export type Served = { readonly app: App; readonly configuration: Configuration; readonly clock: () => Date }

type Serving = {
  /** Watches the stores, or dies at one of their acts. */
  readonly around?: Around
  /** What else the parent may ask of it, each with what it needs. */
  readonly answers?: (served: Served) => Promise<Answers<never>>
}

export const serve = async ({ around, answers }: Serving = {}): Promise<void> => {
  // what this process writes is its user's alone, as in src/main.ts
  process.umask(0o077)
  const configuration = await requireConfiguration(process.env)
  const { logLevel, host, trustProxy } = configuration.config
  let offsetMs = 0
  const clock = () => new Date(Date.now() + offsetMs)
  const log = makeLog({ level: logLevel, version: 'prove' })
  const app = await makeApp({
    ...configuration,
    clock,
    log,
    ...(process.env.PROVE_PURGE_MS ? { purgeEveryMs: Number(process.env.PROVE_PURGE_MS) } : {}),
    ...(around ? { around } : {}),
  })
  // each process its own port: the issuer's is a name that they share
  const { port, stop } = await listen(app, { port: 0, host, trustProxy })
  // one that is killed writes nothing at its end
  flushCompileCache()
  if (process.env.PROVE_WORKERS !== 'off') app.start()

  const loop = monitorEventLoopDelay({ resolution: 1 })

  answerParent({
    port: () => port,
    advance: (seconds: number) => {
      offsetMs += seconds * 1000
      app.wake()
    },
    routes: () => app.routes,
    /** Without what is dead, where `--expose-gc` was given. */
    memory: () => {
      globalThis.gc?.()
      return process.memoryUsage()
    },
    /** How many the process keeps: some libraries make one for each name that they meet, and never let it go. */
    regularExpressions: () => queryObjects(RegExp, { format: 'count' }),
    /** How long the loop was held at most since it was last asked, in ms; the first time it begins to look. */
    longestHold: () => {
      loop.enable()
      const longest = loop.max / 1e6
      loop.reset()
      return longest
    },
    /** Stops as on SIGTERM: answers under way end, stores are closed. */
    drain: async () => {
      app.drain()
      await stop(5000)
      await app.stop()
    },
    ...(await answers?.({ app, configuration, clock })),
  } as Answers<unknown>)
}
