import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { listSettings } from '../../src/config/settings.ts'
import { durationText, secondsOf } from '../../src/config/values.ts'
import { aDirectory, aJsonFile, loaded, problemsOf, productionEnvironment } from './builders.ts'

describe('the configuration', () => {
  let directory: ReturnType<typeof aDirectory>
  beforeEach(() => {
    directory = aDirectory()
  })
  afterEach(() => directory.remove())

  it('needs nothing in development', () => {
    const config = loaded({})
    expect(config).toMatchObject({ issuer: 'http://localhost:3000', port: 3000, production: false })
    expect(config.session).toEqual({ idle: 1800, absolute: 28_800, confirmAfter: 300, device: 15_552_000 })
    expect(config.form).toEqual({ telephones: 'required', address: 'required', diploma: 'optional' })
  })

  it('reads variables over the file, and the file over defaults', () => {
    const file = aJsonFile(directory.path, { port: 4000, name: 'Compte', session: { idle: '10 min' }, trustProxy: 2 })
    const config = loaded({ GUICHET_CONFIG: file, GUICHET_PORT: '5000' })
    expect(config).toMatchObject({ port: 5000, name: 'Compte', trustProxy: { kind: 'hops', hops: 2 } })
    expect(config.session.idle).toBe(600)
    expect(config.session.absolute).toBe(28_800)
  })

  it('counts an empty variable as absent', () => {
    expect(loaded({ GUICHET_PORT: '', GUICHET_CONFIG: '' }).port).toBe(3000)
  })

  it('names an unknown variable, and the one that may have been meant', () => {
    expect(problemsOf({ GUICHET_IDLE: '3' })).toEqual([
      'GUICHET_IDLE: there is no such variable; did you mean GUICHET_SESSION_IDLE?',
    ])
    expect(problemsOf({ GUICHET_COLOUR: 'red' })).toEqual([
      'GUICHET_COLOUR: there is no such variable; docs/configuration.md lists those that exist.',
    ])
  })

  it('names an unknown key of the file, in whatever group', () => {
    const file = aJsonFile(directory.path, { colour: 'red', session: { idel: '3 min' } })
    expect(problemsOf({ GUICHET_CONFIG: file }).toSorted()).toEqual([
      'colour: there is no such key; docs/configuration.md lists those that exist.',
      'session.idel: there is no such key; docs/configuration.md lists those that exist.',
    ])
  })

  it('refuses a group given as a value', () => {
    const file = aJsonFile(directory.path, { session: '30 min' })
    expect(problemsOf({ GUICHET_CONFIG: file })).toEqual(['session: expected a group of keys.'])
  })

  it.each([
    ['an array', '[]'],
    ['no JSON', '{'],
  ])('refuses a file that holds %s', (_what, content) => {
    const file = aJsonFile(directory.path, content)
    expect(problemsOf({ GUICHET_CONFIG: file })).toEqual([expect.stringMatching(/^GUICHET_CONFIG: expected a/)])
  })

  it('refuses a file that does not exist', () => {
    expect(problemsOf({ GUICHET_CONFIG: `${directory.path}/none.json` })).toEqual([
      expect.stringMatching(/^GUICHET_CONFIG: .*cannot be read/),
    ])
  })

  it('tells every mistake at once', () => {
    expect(problemsOf({ GUICHET_PORT: 'x', GUICHET_CHALLENGE: 'riddle', GUICHET_X: '1' })).toHaveLength(3)
  })

  it.each([
    ['GUICHET_PORT', ['0', '65535'], ['65536', '-1', '80.5', 'http', '1e3']],
    ['GUICHET_LIFETIME_REFRESH_GRACE', ['0', '0 s', '10', '10 s'], ['11', '1 min', '-1']],
    ['GUICHET_SESSION_ABSOLUTE', ['30 min', '24h', '1 d'], ['25 h', '4 min', 'a day']],
    ['GUICHET_RETENTION_AUDIT', ['180 d', '366 d'], ['179 d', '367 d', '1 y']],
    ['GUICHET_LIFETIME_RECOVERY_LINK', ['5 min', '4 h'], ['4 min', '5 h']],
    ['GUICHET_PASSWORDS_MEMORY', ['1024', '1048576'], ['1023', '1048577', '19 MiB']],
    [
      'GUICHET_ISSUER',
      ['https://a.fr', 'https://a.fr/'],
      ['a.fr', 'ftp://a.fr', 'https://a.fr/x', 'https://u@a.fr', 'https://a.fr?q'],
    ],
    ['GUICHET_SMTP_URL', ['smtp://h:25', 'smtps://u:p@h'], ['http://h', 'h:25', 'smtp://']],
    [
      'GUICHET_MAIL_FROM',
      ['a@b.fr', 'Le Guichet <a@b.fr>'],
      ['b.fr', 'a@b.fr\nBcc: c@d.fr', '<a@b.fr>', 'x <a@b.fr> y'],
    ],
    ['GUICHET_TRUST_PROXY', ['0', '2', '10.0.0.0/8, fd00::/8', 'loopback'], ['10.0.0.0/33', 'everybody', '-1']],
    ['GUICHET_STORE', ['embedded'], ['mongodb', 'EMBEDDED']],
    ['GUICHET_ALLOW_LOOPBACK_FETCH', ['true', 'false'], ['yes', '1']],
    ['GUICHET_ACCESSIBILITY', ['non', 'partiellement', 'totalement'], ['oui']],
    ['GUICHET_FORM_DIPLOMA', ['required', 'optional', 'absent'], ['maybe']],
    ['GUICHET_NAME', ['Mon compte'], ['a\nb', 'x'.repeat(61)]],
  ] as const)('holds %s to its bounds, and says what it expects without repeating it', (name, good, bad) => {
    for (const value of good) expect(problemsOf({ [name]: value })).toEqual([])
    for (const value of bad) {
      const problems = problemsOf({ [name]: value })
      expect(problems).toEqual([expect.stringMatching(new RegExp(`^${name}: expected `))])
      if (value.length > 3) expect(problems.join().replace(/such as .*/, '')).not.toContain(value)
    }
  })

  it('never repeats the password of the mail server', () => {
    const problems = problemsOf({ GUICHET_SMTP_URL: 'imap://robot:hunter2hunter2@h' })
    expect(problems).toHaveLength(1)
    expect(problems.join()).not.toMatch(/hunter2|robot/)
  })

  it.each([
    [{ GUICHET_SESSION_IDLE: '8 h', GUICHET_SESSION_ABSOLUTE: '1 h' }, /^GUICHET_SESSION_IDLE/],
    [{ GUICHET_NETWORK_SIGN_IN_CHALLENGE: '11', GUICHET_NETWORK_SIGN_IN_REFUSAL: '10' }, /^GUICHET_NETWORK_SIGN_IN/],
    [{ GUICHET_NETWORK_SIGN_UP_CHALLENGE: '11', GUICHET_NETWORK_SIGN_UP_REFUSAL: '10' }, /^GUICHET_NETWORK_SIGN_UP/],
    [{ GUICHET_LEGAL_BASIS_FR: 'une mission' }, /^GUICHET_LEGAL_BASIS/],
  ])('refuses keys that contradict one another: %o', (env, told) => {
    expect(problemsOf(env)).toEqual([expect.stringMatching(told)])
  })

  it('gives each key a variable of its own', () => {
    const variables = listSettings().map(({ variable }) => variable)
    expect(new Set(variables).size).toBe(variables.length)
    expect(variables).toEqual(
      expect.arrayContaining(
        'ISSUER PORT DATA_DIR STORE SMTP_URL MAIL_FROM CHALLENGE TRUST_PROXY NAME OPERATOR CONTACT'
          .split(' ')
          .map(name => `GUICHET_${name}`),
      ),
    )
  })

  it('writes a duration as it reads it', () => {
    fc.assert(fc.property(fc.nat(100_000_000), seconds => secondsOf(durationText(seconds)) === seconds))
  })
})

describe('in production', () => {
  it('starts with what it must be given', () => {
    expect(loaded(productionEnvironment)).toMatchObject({ production: true, allowLoopbackFetch: false })
  })

  it.each(['GUICHET_ISSUER', 'GUICHET_OPERATOR', 'GUICHET_CONTACT', 'GUICHET_SMTP_URL', 'GUICHET_MAIL_FROM'])(
    'asks for %s',
    name => {
      expect(problemsOf({ ...productionEnvironment, [name]: undefined })).toEqual([
        expect.stringMatching(new RegExp(`^${name} .*expected `)),
      ])
    },
  )

  it.each([
    ['GUICHET_ISSUER', 'http://compte.example.fr'],
    ['GUICHET_ISSUER', 'http://localhost:3000'],
    ['GUICHET_CHALLENGE', 'none'],
    ['GUICHET_ALLOW_LOOPBACK_FETCH', 'true'],
    ['GUICHET_PASSWORDS_MEMORY', '19455'],
    ['GUICHET_PASSWORDS_ITERATIONS', '1'],
  ])('refuses %s=%s, which development takes', (name, value) => {
    expect(problemsOf({ [name]: value })).toEqual([])
    expect(problemsOf({ ...productionEnvironment, [name]: value })).toEqual([expect.stringContaining(name)])
  })

  it('takes http on localhost when told so, and nowhere else', () => {
    const told = { ...productionEnvironment, GUICHET_ALLOW_HTTP_LOCALHOST: 'true' }
    expect(problemsOf({ ...told, GUICHET_ISSUER: 'http://localhost:3000' })).toEqual([])
    expect(problemsOf({ ...told, GUICHET_ISSUER: 'http://compte.example.fr' })).toHaveLength(1)
    expect(problemsOf({ ...told, GUICHET_ISSUER: 'http://localhost.example.fr' })).toHaveLength(1)
  })
})
