import { readFile } from 'node:fs/promises'
import { describe, expect, it } from '@jest/globals'
import { HEAP_ENVIRONMENT, HEAP_FLAGS } from '../../src/operations/heap.ts'

const root = new URL('../../', import.meta.url)
const read = (name: string): Promise<string> => readFile(new URL(name, root), 'utf8')

describe('the heap of a server', () => {
  it('is the same for npm start and for the image as for processes that share a port', async () => {
    const { scripts } = JSON.parse(await read('package.json'))
    const command = /^CMD (\[.*\])$/m.exec(await read('Dockerfile'))?.[1] ?? '[]'
    for (const words of [scripts.start.split(' '), JSON.parse(command)])
      expect(words.filter((word: string) => /semi-space|old-space/.test(word))).toEqual(HEAP_FLAGS)
  })

  it('is laid out the same for npm scripts, the image and the command of the README as for processes that share a port', async () => {
    const [script, image, readme] = await Promise.all(['scripts/node24.mjs', 'Dockerfile', 'README.md'].map(read))
    for (const [name, value] of Object.entries(HEAP_ENVIRONMENT)) {
      expect(script).toContain(`${name}: '${value}'`)
      expect(image).toMatch(new RegExp(`^ +${name}=${value}( |$)`, 'm'))
      expect(readme).toContain(`NODE_ENV=production ${name}=${value} `)
    }
  })
})
