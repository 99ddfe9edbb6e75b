import { startFaultText } from './operations/errors.ts'
import { start, stopOnSignals } from './start.ts'

/** The server alone: what `node src/main.ts` runs. */
try {
  const { stop } = await start(process.env)
  stopOnSignals(stop)
} catch (fault) {
  process.stderr.write(`${startFaultText(fault)}\n`)
  process.exit(1)
}
