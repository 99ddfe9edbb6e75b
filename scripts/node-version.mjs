// Guichet runs its TypeScript sources directly: an older Node would only say ERR_UNKNOWN_FILE_EXTENSION.
const [major] = process.versions.node.split('.').map(Number)
if (major < 24) {
  console.error(
    `Guichet needs Node 24 or later; this is Node ${process.versions.node}. Run it through npm (npm ci && npm start brings its own Node 24), or install Node 24.`,
  )
  process.exit(1)
}
