import { startFaultText } from './operations/errors.ts'

/** The server alone: what `node src/main.ts` runs (main.cjs tells an older Node that it is too old). */
try {
  const { start, stopOnSignals } = await import('./start.ts')
  const { stop } = await start(process.env)
  stopOnSignals(stop)
} catch (fault) {
  process.stderr.write(`${startFaultText(fault)}\n`)
  process.exit(1)
}
