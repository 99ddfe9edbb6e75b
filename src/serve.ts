import cluster from 'node:cluster'
import { startFaultText } from './operations/errors.ts'

/** The server alone: what `node src/main.ts` runs (main.cjs tells an older Node that it is too old). */
try {
  const { start, stopAsWorker, stopOnSignals, workersWanted } = await import('./start.ts')
  const { count, noticeMs, log } = workersWanted(process.env)
  if (cluster.isPrimary && count > 1) {
    const { startWorkers } = await import('./workers.ts')
    const workers = await startWorkers({ count, noticeMs, log })
    if (!workers) process.exit(1)
    process.on('SIGHUP', () => void workers.restart())
    stopOnSignals(workers.stop)
  } else {
    const { stop } = await start(process.env)
    if (cluster.isWorker) stopAsWorker(stop)
    else stopOnSignals(stop)
  }
} catch (fault) {
  process.stderr.write(`${startFaultText(fault)}\n`)
  process.exit(1)
}
