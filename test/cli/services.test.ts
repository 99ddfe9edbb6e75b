import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { aDirectory } from '../config/builders.ts'
import { runHere } from './run.ts'

describe('services', () => {
  let directory: ReturnType<typeof aDirectory>
  beforeAll(() => {
    directory = aDirectory()
  })
  afterAll(() => directory.remove())

  const run = (...typed: string[]) => runHere(['services', ...typed], { GUICHET_DATA_DIR: directory.path })
  const add = (...more: string[]) =>
    run('add', '--name', 'Mes démarches', '--redirect-uri', 'https://service.example.fr/retour', ...more)

  it('live from add to remove: the secret is shown once, and never again', async () => {
    const added = await add('--json')
    expect(added).toMatchObject({ code: 0, err: '' })
    const { id, secret, discovery, secrets } = JSON.parse(added.out)
    expect(secret).toMatch(/^[\w-]{43}$/)
    expect(discovery).toBe('http://localhost:3000/.well-known/openid-configuration')
    expect(secrets).toEqual([{ createdAt: expect.any(String), expiresAt: null }])

    const shown = await run('show', id, '--json')
    const kept = `${shown.out}${(await run('show', id)).out}${(await run('list')).out}${(await run('list', '--json')).out}`
    expect(JSON.parse(shown.out)).toMatchObject({ id, status: 'active', name: 'Mes démarches' })
    expect(kept).not.toContain(secret)
    expect(kept).not.toContain('hash')

    const rotated = JSON.parse((await run('rotate-secret', id, '--keep-former', '2 h', '--json')).out)
    expect(rotated.secret).not.toBe(secret)
    const left = Date.parse(rotated.formerUntil) - Date.now()
    expect(left).toBeGreaterThan(1.9 * 3_600_000)
    expect(left).toBeLessThanOrEqual(2 * 3_600_000)

    expect((await run('update', id, '--name', 'Mes droits', '--home-page', 'https://service.example.fr/')).code).toBe(0)
    expect(JSON.parse((await run('update', id, '--clear', 'home-page', '--json')).out).metadata).toEqual(
      expect.not.objectContaining({ client_uri: expect.anything() }),
    )
    expect((await run('disable', id)).out).toBe(`${id} is disabled.\n`)
    expect((await run('list')).out).toMatch(/disabled +Mes droits/)
    expect((await run('enable', id)).out).toBe(`${id} is active.\n`)
    expect((await run('remove', id)).code).toBe(0)
    expect(await run('show', id)).toMatchObject({ code: 1, err: expect.stringContaining(`no service ${id}`) })

    const verified = await runHere(['audit', 'verify'], { GUICHET_DATA_DIR: directory.path })
    expect(verified.code).toBe(0)
    expect(verified.out).toMatch(/, 0 damaged\.\n$/)
  })

  it('print id and secret in clear words for a person', async () => {
    const { code, out } = await add('--id', 'demarches')
    expect(code).toBe(0)
    expect(out).toMatch(/^id {6}demarches\nsecret {2}[\w-]{43}\n/)
    expect(out).toMatch(/shown this once/)
  })

  it('have no secret when they are public', async () => {
    const { out } = await add('--public', '--json')
    expect(JSON.parse(out)).toMatchObject({ secret: null, metadata: { token_endpoint_auth_method: 'none' } })
  })

  it.each([
    [['--redirect-uri', 'http://service.example.fr/x'], /^--redirect-uri \(http:.*expected https/],
    [['--redirect-uri', 'https://service.example.fr/*'], /^--redirect-uri .*without \*/],
    [['--scope', 'openid nir'], /^--scope \(nir\): expected/],
    [['--auth-method', 'mtls'], /^--auth-method \(mtls\): expected one of/],
    [['--pkce', 'maybe'], /^--pkce \(maybe\): expected one of required, optional/],
    [['--home-page', 'here'], /^--home-page \(here\): expected an absolute address/],
  ])('refuse %j, naming the option', async (wrong, told) => {
    const { code, out, err } = await add(...wrong)
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toMatch(told)
  })
})
