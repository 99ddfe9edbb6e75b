import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from '@jest/globals'
import { requireConfiguration } from '../src/config/start.ts'
import { openFoundations } from '../src/foundations.ts'

it('lets nothing stand between the stores and a server in production: fault points are for proofs', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'guichet-test-'))
  try {
    const { config, keys } = await requireConfiguration({ GUICHET_DATA_DIR: dataDir })
    const now = () => new Date()
    const production = { config: { ...config, production: true }, keys }
    await expect(openFoundations(production, now, stores => stores)).rejects.toThrow('never in production')
    expect(await readdir(dataDir)).not.toContain('guichet.sqlite')
    const proof = await openFoundations({ config, keys }, now, stores => ({ ...stores }))
    await proof.stores.close()
  } finally {
    await rm(dataDir, { recursive: true, force: true })
  }
})
