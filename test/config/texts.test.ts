import { createHash } from 'node:crypto'
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { loadTexts } from '../../src/config/texts.ts'
import { aDirectory } from './builders.ts'

const samples = fileURLToPath(new URL('../../config/texts', import.meta.url))
const site = { name: 'Mon compte', operator: "Ministère d'essai", contact: 'aide@compte.example.fr' }

let directory: ReturnType<typeof aDirectory>
beforeEach(() => {
  directory = aDirectory()
  cpSync(samples, directory.path, { recursive: true })
})
afterEach(() => directory.remove())

const load = (production = false) => loadTexts({ ...site, texts: directory.path, production })
const problems = (production = false) => {
  const loaded = load(production)
  return loaded.kind === 'refused' ? loaded.problems : []
}
const write = (name: string, text: string) => writeFileSync(join(directory.path, name), text)

describe("the operator's texts", () => {
  it('are there as samples, in both languages, and say that they are samples', () => {
    const loaded = load()
    if (loaded.kind === 'refused') throw new Error(loaded.problems.join('\n'))
    for (const text of Object.values(loaded.texts)) {
      expect(text.fr.body).toMatch(/^# .*\n\n\*\*Ce texte est un exemple\./)
      expect(text.en.body).toMatch(/^# .*\n\n\*\*This text is a sample\./)
      expect(text.fr.body).toContain(site.operator)
      expect(`${text.fr.body}${text.en.body}`).not.toMatch(/\{(name|operator|contact)\}/)
    }
  })

  it('are refused in production while they are samples, each by its name', () => {
    expect(problems(true)).toHaveLength(readdirSync(samples).length)
    expect(problems(true)[0]).toMatch(/conditions\.fr\.md: is a sample; .*GUICHET_TEXTS/)
  })

  it('are taken in production once they are not samples', () => {
    for (const name of readdirSync(directory.path)) {
      const path = join(directory.path, name)
      writeFileSync(path, readFileSync(path, 'utf8').replace('sample: true\n', ''))
    }
    expect(problems(true)).toEqual([])
  })

  it('have the version of their front matter and the SHA-256 of what is shown', () => {
    write('conditions.fr.md', '---\r\nversion: 2026-03\r\n---\r\n# Titre\r\n\r\nPour {name}.\r\n')
    write('conditions.en.md', '---\nversion: 2026-03\n---\n# Title\n')
    const loaded = load()
    const body = '# Titre\n\nPour Mon compte.'
    expect(loaded.kind === 'loaded' && loaded.texts.terms.fr).toEqual({
      version: '2026-03',
      hash: createHash('sha256').update(body).digest('hex'),
      body,
      language: 'fr',
    })
  })

  it('are shown in French when there is no English one', () => {
    rmSync(join(directory.path, 'aide.en.md'))
    const loaded = load()
    expect(loaded.kind === 'loaded' && loaded.texts.help.en.language).toBe('fr')
  })

  it.each([
    [
      'a missing French text',
      () => rmSync(join(directory.path, 'mentions-legales.fr.md')),
      /mentions-legales\.fr\.md: is missing/,
    ],
    ['no version', () => write('aide.fr.md', '# Aide\n'), /aide\.fr\.md: expected a front matter/],
    ['an empty text', () => write('aide.fr.md', '---\nversion: 1\n---\n'), /aide\.fr\.md: expected a text/],
    [
      'terms of two versions',
      () => write('conditions.en.md', '---\nversion: 2\n---\n# T'),
      /conditions\.en\.md: expected the version/,
    ],
  ])('are refused with %s', (_what, damage, told) => {
    damage()
    expect(problems()).toContainEqual(expect.stringMatching(told))
  })
})
