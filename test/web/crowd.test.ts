import { describe, expect, it } from '@jest/globals'
import { startGuichet } from '../support/guichet.ts'
import { aPerson } from '../support/people.ts'
import { makeVisitor, type Page } from '../support/visitor.ts'

const words = ({ body }: Page): string => body.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ')
const CROWD = 30

describe('a crowd beyond what the machine can hash', () => {
  it('is told when to come back, in its language, by a page that leads back to the form', async () => {
    const guichet = await startGuichet({
      GUICHET_PASSWORDS_CONCURRENCY: '1',
      GUICHET_PASSWORDS_QUEUE: '0',
      GUICHET_PASSWORDS_MEMORY: '131072',
      GUICHET_PASSWORDS_ITERATIONS: '4',
    })
    try {
      const { issuer } = guichet
      const first = makeVisitor(issuer)
      const form = await first.get(`${issuer}/connexion`)
      const typed = { nir: aPerson().nir, password: 'Tulipe4Velo' }
      const visitors = ['fr', 'en'].map(language => makeVisitor(issuer, { 'accept-language': language }))
      const forms = await Promise.all(visitors.map(visitor => visitor.get(`${issuer}/connexion`)))

      const hashed = first.submit(form, typed, 'password')
      const sent = Array.from({ length: CROWD }, async (_, nth) => {
        const [visitor, page] = [visitors[nth % 2], forms[nth % 2]]
        if (!visitor || !page) throw new Error('a form for each')
        return {
          language: nth % 2 === 0 ? 'fr' : 'en',
          from: page.url,
          page: await visitor.submit(page, typed, 'password'),
        }
      })
      const answers = await Promise.all(sent)
      expect((await hashed).status).toBe(422)

      const atTheDoor = answers.filter(({ page }) => !page.body.includes('name="password"'))
      expect(atTheDoor.length).toBeGreaterThanOrEqual(1)
      for (const { language, from, page } of atTheDoor) {
        expect(page.status).toBe(503)
        expect(page.heading).toBe(language === 'fr' ? 'Beaucoup de monde en ce moment' : 'Many people at once')
        const seconds = Number(page.headers.get('retry-after'))
        expect(seconds).toBeGreaterThanOrEqual(10)
        expect(words(page)).toContain(`${seconds} ${language === 'fr' ? 'secondes' : 'seconds'}`)
        expect(page.body).toContain(`href="${new URL(from).pathname}"`)
        expect(page.body).not.toContain('\uE000')
        expect(page.headers.get('cache-control')).toBe('no-store')
      }
      const references = atTheDoor.map(({ page }) => /BUSY\W+([0-9a-f]{12})/.exec(words(page))?.[1] ?? words(page))
      expect(new Set(references).size).toBe(atTheDoor.length)
    } finally {
      await guichet.stop()
    }
  })
})
