import { spawnSync } from 'node:child_process'
import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { fictitiousNir } from '../../src/identity/fictitious-nir.ts'
import { logRequest, makeLog } from '../../src/operations/log.ts'
import { scrub } from '../../src/operations/scrub.ts'

const aLog = (level: 'info' | 'debug' = 'info') => {
  const lines: string[] = []
  const log = makeLog({ level, version: '1.2.3', destination: { write: text => void lines.push(text) } })
  return { log, lines, last: () => JSON.parse(lines.at(-1) ?? '{}') }
}

describe('the log', () => {
  it('writes one JSON object a line, with its level, time and version', () => {
    const { log, lines, last } = aLog()
    log.info({ port: 3000 }, 'listening')
    log.debug({}, 'not said')
    expect(lines).toHaveLength(1)
    expect(last()).toMatchObject({ level: 'info', app: 'guichet', version: '1.2.3', port: 3000, msg: 'listening' })
    expect(Date.parse(last().time)).not.toBeNaN()
  })

  it('tells a request by its route, never by its path nor its query', () => {
    const { log, lines, last } = aLog()
    logRequest(log, {
      request: 'r1',
      method: 'GET',
      route: '/connexion/:uid',
      status: 200,
      milliseconds: 12.345,
      // what a careless caller might pass along
      ...{ path: '/connexion/abc', query: 'login_hint=anne', url: '/connexion/abc?login_hint=anne' },
    })
    expect(last()).toMatchObject({ request: 'r1', method: 'GET', route: '/connexion/:uid', status: 200, ms: 12.3 })
    expect(lines.join()).not.toMatch(/abc|anne|login_hint/)
  })

  it('says « none » for a request that no route took, and « other » for a method that is none', () => {
    const { log, last } = aLog()
    logRequest(log, { request: 'r', method: 'ANNE', route: undefined, status: 404, milliseconds: 1 })
    expect(last()).toMatchObject({ route: 'none', method: 'other', level: 'info' })
  })

  it('raises an answer of 500 or more to an error', () => {
    const { log, last } = aLog()
    logRequest(log, { request: 'r', method: 'GET', route: '/', status: 503, milliseconds: 1, code: 'STORE_AWAY' })
    expect(last()).toMatchObject({ level: 'error', code: 'STORE_AWAY' })
  })

  it.each(['password', 'nir', 'email', 'token', 'cookie', 'authorization', 'query', 'network'])(
    'hides a detail named %s, however deep it was put',
    name => {
      const { log, lines } = aLog()
      log.info({ [name]: 'unspeakable' }, 'm')
      log.info({ form: { [name]: 'unspeakable' } }, 'm')
      log.info({ a: { b: { [name]: 'unspeakable' } } }, 'm')
      log.info({ list: [{ [name]: 'unspeakable' }] }, 'm')
      log.info({ a: { b: { c: { d: { e: { f: { [name]: 'unspeakable' } } } } } } }, 'm')
      expect(lines).toHaveLength(5)
      expect(lines.join()).not.toContain('unspeakable')
    },
  )

  it.each(['process.exit(3)', 'throw new Error()', ''])(
    'leaves no line behind when the process ends by « %s »',
    end => {
      const source = new URL('../../src/operations/log.ts', import.meta.url)
      const script = `import { makeLog } from '${source}'
      makeLog({ level: 'info', version: 'test' }).info({ port: 1 }, 'the last line')
      ${end}`
      const { stdout } = spawnSync(process.execPath, ['--input-type=module', '--eval', script], { encoding: 'utf8' })
      expect(JSON.parse(stdout)).toMatchObject({ port: 1, msg: 'the last line' })
    },
  )

  it('writes a detail that holds itself, once', () => {
    const { log, last } = aLog()
    const round: { self?: unknown; kept: Date } = { kept: new Date(0) }
    round.self = round
    log.info({ round }, 'm')
    expect(last().round).toMatchObject({ kept: '1970-01-01T00:00:00.000Z' })
  })

  it('shows an error by its type, code, message and stack, scrubbed, and by nothing else of it', () => {
    const { log, lines, last } = aLog()
    const cause = new Error('550 <anne.martin@exemple.fr> unknown')
    const err = Object.assign(new Error('cannot send to anne.martin@exemple.fr', { cause }), {
      code: 'EENVELOPE',
      rejected: ['anne.martin@exemple.fr'],
      response: '550 anne.martin@exemple.fr',
    })
    log.error({ err }, 'a mail failed')
    expect(last().err).toMatchObject({ type: 'Error', code: 'EENVELOPE', message: 'cannot send to [e-mail]' })
    expect(last().err.stack).toContain('log.test.ts')
    expect(lines.join()).not.toContain('anne')
  })
})

describe('scrubbing', () => {
  it('takes out a NIR, however it is spaced, with or without its key', () => {
    const separators = fc.constantFrom('', ' ', '.', '-', '\u00a0')
    fc.assert(
      fc.property(fc.nat(2_000_000), separators, fc.boolean(), (index, between, withKey) => {
        const { number, key } = fictitiousNir(index)
        const spaced = [
          number.slice(0, 1),
          number.slice(1, 3),
          number.slice(3, 5),
          number.slice(5, 10),
          number.slice(10),
        ]
        const typed = [...spaced, ...(withKey ? [key] : [])].join(between)
        const left = scrub(`the number ${typed} is held`)
        return left === 'the number [number] is held'
      }),
    )
  })

  it.each([
    ['Corsica', '1 85 05 2A 123 456 78'],
    ['a telephone', '+33 6 12 34 56 78'],
  ])('takes out %s', (_what, typed) => {
    expect(scrub(`« ${typed} »`)).toBe('« [number] »')
  })

  it('takes out queries, passwords of URLs and tokens', () => {
    expect(scrub('GET https://a.fr/activation?jeton=abc failed')).toBe('GET https://a.fr/activation?[query] failed')
    expect(scrub('connect smtp https://robot:hunter2@h.fr/x')).not.toMatch(/robot|hunter2/)
    const token = Buffer.from(Array.from({ length: 32 }, (_, i) => i * 7)).toString('base64url')
    expect(scrub(`token ${token} unknown`)).toBe('token [secret] unknown')
  })

  it('takes a moment even over what is made to be slow', () => {
    const started = performance.now()
    for (const piece of ['a', 'a.', '1', 'A1-', 'http://', '1 ']) scrub(piece.repeat(1_000_000))
    expect(performance.now() - started).toBeLessThan(2000)
  })

  it('leaves what helps to mend', () => {
    const text =
      'listen EADDRINUSE: address already in use 127.0.0.1:3000 at Server.setupListenHandle (node:net:1908:16)'
    expect(scrub(text)).toBe(text)
  })
})
