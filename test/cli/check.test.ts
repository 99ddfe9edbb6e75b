import { readdirSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { aDirectory, productionEnvironment } from '../config/builders.ts'
import { runHere } from './run.ts'

describe('check', () => {
  let directory: ReturnType<typeof aDirectory>
  beforeEach(() => {
    directory = aDirectory()
  })
  afterEach(() => directory.remove())

  it('says that a good configuration is fine, and writes nothing', async () => {
    const ran = await runHere(['check'], { GUICHET_DATA_DIR: directory.path })
    expect(ran).toEqual({ code: 0, out: 'The configuration is fine.\n', err: '' })
    expect(readdirSync(directory.path)).toEqual([])
  })

  it('says each problem of a production one: keys, texts', async () => {
    const { code, err } = await runHere(['check'], { ...productionEnvironment, GUICHET_DATA_DIR: directory.path })
    expect(code).toBe(1)
    expect(err).toMatch(/keys\.json: the keys are missing .*« npm run guichet -- keys new »/)
    expect(err).toMatch(/conditions\.fr\.md: is a sample/)
    expect(err).not.toContain('hunter2')
  })

  it('says which command makes the keys even when all the rest is missing too', async () => {
    const { code, err } = await runHere(['check'], { NODE_ENV: 'production', GUICHET_DATA_DIR: directory.path })
    expect(code).toBe(1)
    expect(err).toMatch(/GUICHET_ISSUER/)
    expect(err).toMatch(/npm run guichet -- keys new/)
  })
})
