/** A whole Guichet in a process of its own, over the store that its settings name. Its parent moves its clock. */
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { makeApp } from '../../../src/app.ts'
import { requireConfiguration } from '../../../src/config/start.ts'
import { makeLog } from '../../../src/operations/log.ts'
import { listen } from '../../../src/server.ts'
import { answerParent } from '../../processes/child.ts'

// what this process writes is its user's alone, as in src/main.ts
process.umask(0o077)
const configuration = await requireConfiguration(process.env)
const { logLevel, host, trustProxy } = configuration.config
let offsetMs = 0
const clock = () => new Date(Date.now() + offsetMs)
const purgeEveryMs = process.env.PROVE_PURGE_MS ? { purgeEveryMs: Number(process.env.PROVE_PURGE_MS) } : {}
const log = makeLog({ level: logLevel, version: 'prove' })
const app = await makeApp({ ...configuration, clock, log, ...purgeEveryMs })
// each process its own port: the issuer's is a name that they share
const { port, stop } = await listen(app.handle, { port: 0, host, trustProxy })
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
})
