// src/main.ts is a link to this file: an older Node cannot read TypeScript, and would not get as far as telling so.
const [major = 0] = process.versions.node.split('.').map(Number)
if (major < 24) {
  process.stderr.write(
    `Guichet needs Node 24 or later; this is Node ${process.versions.node}. Install Node 24, or run it through npm, which brings its own: npm ci && npm start\n`,
  )
  process.exitCode = 1
} else {
  import('./serve.ts')
}
