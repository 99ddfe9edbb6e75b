/** How Chromium is started by tests and proofs alike: within a container, asking nobody else for anything. */
export const flags = [
  '--no-sandbox',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-quic',
  '--no-first-run',
]
