import { readFileSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import { configurationPage } from '../../scripts/docs/configuration-page.ts'
import { loadConfig } from '../../src/config/load.ts'

const inRoot = (path: string): URL => new URL(`../../${path}`, import.meta.url)

describe('docs/configuration.md', () => {
  it('is the one that the schema makes: « node scripts/docs/configuration.ts » writes it anew', () => {
    expect(readFileSync(inRoot('docs/configuration.md'), 'utf8')).toBe(configurationPage())
  })
})

describe('the examples of config/', () => {
  it.each([
    ['config/development.json', undefined],
    ['config/production.json', 'production'],
  ])('%s is a good configuration', (path, environment) => {
    const loaded = loadConfig({ NODE_ENV: environment, GUICHET_CONFIG: inRoot(path).pathname })
    expect(loaded).toMatchObject({ kind: 'loaded' })
  })
})
