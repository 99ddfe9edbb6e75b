import { connect } from 'node:net'
import { describe, expect, it } from '@jest/globals'
import { startGuichet } from '../support/guichet.ts'
import { aPerson } from '../support/people.ts'
import { makeVisitor, type Page } from '../support/visitor.ts'
import { waitFor } from '../support/wait.ts'
import { exchange } from './support/raw.ts'

const words = ({ body }: Page): string => body.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ')
const CROWD = 30
/** One at a time, none waiting, and slowly. */
const LITTLE = {
  GUICHET_PASSWORDS_CONCURRENCY: '1',
  GUICHET_PASSWORDS_QUEUE: '0',
  GUICHET_PASSWORDS_MEMORY: '131072',
  GUICHET_PASSWORDS_ITERATIONS: '8',
}
/** What every page carries, whatever it says. */
const SHARED = /^(?!date|content-length|connection|keep-alive|set-cookie)/

/** Says `bytes`, and the rest when told to; gives all that is answered, or throws when the connection is reset. */
const talkTo = (port: number, bytes: string) => {
  let answer = ''
  const socket = connect(port, '127.0.0.1', () => socket.write(bytes))
  socket.on('data', part => {
    answer += String(part)
  })
  const over = new Promise<string>((resolve, reject) => {
    socket.once('error', reject)
    socket.once('end', () => resolve(answer))
  })
  return {
    heard: () => answer,
    finish: (rest: string): Promise<string> => {
      socket.write(rest)
      return over
    },
  }
}

describe('a crowd beyond what the machine can hash', () => {
  it('is told when to come back, in its language, by a page that leads back to the form', async () => {
    const guichet = await startGuichet(LITTLE)
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
        expect(page.body).toContain('data-posted="error"')
        expect(page.body).not.toContain('\uE000')
        expect(page.headers.get('cache-control')).toBe('no-store')
      }
      // one line for all of a second, which says how many they were: their pages show its reference
      const references = atTheDoor.map(
        ({ page }) => /BUSY, (?:référence|reference) ([0-9a-f]{12})/.exec(words(page))?.[1] ?? words(page),
      )
      const lines = await waitFor(() => {
        const found = guichet.logged.map(line => JSON.parse(line)).filter(line => line.turnedAway)
        return found.reduce((sum, line) => sum + line.turnedAway, 0) === atTheDoor.length ? found : undefined
      })
      for (const { request, turnedAway } of lines) {
        expect(references.filter(reference => reference === request)).toHaveLength(turnedAway)
      }
      expect(guichet.logged.join('\n')).not.toContain(typed.nir)
      const plain = await first.get(`${issuer}/nulle-part`)
      for (const [name, value] of plain.headers) {
        if (SHARED.test(name)) expect([name, atTheDoor[0]?.page.headers.get(name)]).toEqual([name, value])
      }
    } finally {
      await guichet.stop()
    }
  })

  it('hears the whole of its form out before it is answered, whose connection then ends in peace', async () => {
    const guichet = await startGuichet(LITTLE)
    try {
      const { host, port } = new URL(guichet.issuer)
      const first = makeVisitor(guichet.issuer)
      const form = await first.get(`${guichet.issuer}/connexion`)
      const hashed = first.submit(form, { nir: aPerson().nir, password: 'Tulipe4Velo' }, 'password')
      const body = `nir=${'1'.repeat(5000)}`
      const head = [
        `POST ${new URL(form.url).pathname} HTTP/1.1`,
        `Host: ${host}`,
        'Connection: close',
        'Content-Type: application/x-www-form-urlencoded',
        `Content-Length: ${body.length}`,
      ].join('\r\n')
      const talks = Array.from({ length: CROWD }, () => talkTo(Number(port), `${head}\r\n\r\n${body.slice(0, 100)}`))
      // by then the server has read what they sent so far
      expect((await first.get(`${guichet.issuer}/aide`)).status).toBe(200)
      expect(talks.map(({ heard }) => heard())).toEqual(talks.map(() => ''))
      const answers = await Promise.all(talks.map(({ finish }) => finish(body.slice(100))))
      const atTheDoor = answers.filter(answer => answer.startsWith('HTTP/1.1 503 '))
      expect(atTheDoor.length).toBeGreaterThanOrEqual(1)
      for (const answer of atTheDoor) expect(answer).toMatch(/BUSY[\s\S]*<\/html>\s*$/)
      expect((await hashed).status).toBe(422)
    } finally {
      await guichet.stop()
    }
  })

  it('leaves what is no form of ours to be told so, and what has no end unanswered no longer than usual', async () => {
    const guichet = await startGuichet(LITTLE)
    try {
      const { host, port } = new URL(guichet.issuer)
      const first = makeVisitor(guichet.issuer)
      const form = await first.get(`${guichet.issuer}/connexion`)
      const hashed = first.submit(form, { nir: aPerson().nir, password: 'Tulipe4Velo' }, 'password')
      const path = new URL(form.url).pathname
      const huge = `POST ${path} HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 900000\r\n\r\nnir=`
      const elsewhere = `POST ${path} HTTP/1.1\r\nHost: ailleurs.exemple\r\nContent-Length: 0\r\n\r\n`
      const answers = await Promise.all(
        [...Array<string>(CROWD).fill(huge), elsewhere].map(bytes => exchange(Number(port), bytes, 5000)),
      )
      expect(answers.at(-1)).toMatch(/^HTTP\/1.1 421 /)
      const refused = answers.slice(0, -1).filter(answer => answer.startsWith('HTTP/1.1 503 '))
      expect(refused.length).toBeGreaterThanOrEqual(1)
      for (const answer of refused) expect(answer).toMatch(/^connection: close\r$/im)
      expect((await hashed).status).toBe(422)
    } finally {
      await guichet.stop()
    }
  })
})
