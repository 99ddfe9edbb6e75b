/** The operator's command line: npm run guichet -- <group> <command>. */
import { requireNode, startFaultText } from '../operations/errors.ts'

try {
  requireNode()
  const { run } = await import('./run.ts')
  const { systemTerminal } = await import('./terminal.ts')
  process.exitCode = await run(process.argv.slice(2), systemTerminal)
} catch (fault) {
  process.stderr.write(`${startFaultText(fault)}\n`)
  process.exitCode = 1
}
