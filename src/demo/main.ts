import { requireNode, startFaultText } from '../operations/errors.ts'
import { refuseInProduction } from './guard.ts'

try {
  requireNode()
  refuseInProduction()
  const { runDemo } = await import('./run.ts')
  await runDemo()
} catch (fault) {
  process.stderr.write(`${startFaultText(fault)}\n`)
  process.exit(1)
}
