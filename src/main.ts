import { requireNode, startFaultText } from './operations/errors.ts'

try {
  requireNode()
  const { start, stopOnSignals } = await import('./start.ts')
  const { stop } = await start(process.env)
  stopOnSignals(stop)
} catch (fault) {
  process.stderr.write(`${startFaultText(fault)}\n`)
  process.exit(1)
}
