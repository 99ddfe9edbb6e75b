import { keepCompiled, writeCompiled } from './operations/compiled.ts'
import { startFaultText } from './operations/errors.ts'

/** The server alone: what `node src/main.ts` runs (main.cjs tells an older Node that it is too old). */
try {
  // What is written is this user's alone.
  process.umask(0o077)
  keepCompiled(process.env.GUICHET_DATA_DIR)
  const { start, stopOnSignals } = await import('./start.ts')
  const { stop } = await start(process.env)
  stopOnSignals(stop)
  writeCompiled()
} catch (fault) {
  process.stderr.write(`${startFaultText(fault)}\n`)
  process.exit(1)
}
