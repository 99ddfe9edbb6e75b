import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { requireConfiguration } from '../../src/config/start.ts'
import { openFoundations } from '../../src/foundations.ts'
import { fictitiousNir } from '../../src/identity/fictitious-nir.ts'
import { makeLookup } from '../../src/protection/lookup.ts'
import type { AccountRecord, Stores } from '../../src/stores/contracts.ts'
import { aDirectory } from '../config/builders.ts'
import { runHere } from './run.ts'

const held = fictitiousNir(12)
const free = fictitiousNir(13)
const accountId = 'h'.repeat(22)
const sealed = 'sealed-personal-data'
const terms = { version: '1', hash: 'a'.repeat(64), acceptedAt: new Date() }

describe('accounts', () => {
  let directory: ReturnType<typeof aDirectory>
  const env = () => ({ GUICHET_DATA_DIR: directory.path })
  const run = (name: string, nir: string, ...more: string[]) =>
    runHere(['accounts', name, '--reason', 'ticket 4212', '--actor', 'agent-7', ...more], env(), `${nir}\n`)

  const withStores = async <T>(act: (stores: Stores) => Promise<T>): Promise<T> => {
    const { stores } = await openFoundations(await requireConfiguration(env()), () => new Date())
    try {
      return await act(stores)
    } finally {
      await stores.close()
    }
  }

  const auditTexts = () =>
    withStores(async stores => {
      const segments = await stores.audit.segments()
      const entries = await Promise.all(segments.map(({ segment }) => stores.audit.read(segment, 1, 100)))
      return entries.flat().map(({ text }) => text)
    })

  beforeAll(async () => {
    directory = aDirectory()
    const { keys } = await requireConfiguration(env())
    const nirKeys = makeLookup({ ring: keys.lookup, index: keys.index }).nir(held.number)
    const now = new Date()
    const account: AccountRecord = {
      id: accountId,
      status: 'pending',
      version: 1,
      sealed,
      passwordHash: '$argon2id$never-shown',
      language: 'fr',
      validAfter: now,
      terms,
      nirKeys,
      emailKeys: [],
      identityKeys: [],
      createdAt: now,
    }
    await withStores(async stores => {
      await stores.accounts.create(account, {})
      const activated = await stores.accounts.activate(accountId, 1, nirKeys, { activatedAt: now }, {})
      if (activated !== 'activated') throw new Error(activated)
    })
  })
  afterAll(() => directory.remove())

  it('are shown by id, status and dates alone, whatever way the number is typed', async () => {
    for (const typed of [held.number, `${held.number}${held.key}`, held.number.split('').join(' ')]) {
      const { code, out, err } = await run('show', typed)
      expect({ code, err }).toEqual({ code: 0, err: '' })
      expect(out).toContain(`holder  ${accountId}  active`)
      expect(out).not.toMatch(/sealed-personal|argon2/)
      expect(out).not.toContain(held.number)
    }
    const { out } = await run('show', held.number, '--json')
    expect(JSON.parse(out)).toMatchObject({ holder: { id: accountId, status: 'active' }, claims: [] })
  })

  it('are suspended, which ends sessions and has their services told, and resumed', async () => {
    await runHere(
      ['services', 'add', '--id', 'demarches', '--name', 'S', '--redirect-uri', 'https://s.example.fr/r'].concat([
        '--backchannel-logout-uri',
        'https://s.example.fr/logout',
      ]),
      env(),
    )
    const later = new Date(Date.now() + 3_600_000)
    const payload = { accountId, uid: 'session-uid', authorizations: { demarches: { sid: 'sid-1', grantId: 'g' } } }
    await withStores(stores =>
      stores.artefacts.upsert('Session', 'session-id', { payload, accountId, uid: 'session-uid' }, later),
    )

    expect(await run('suspend', held.number)).toEqual({
      code: 0,
      out: `${accountId}: suspended, and its sessions are ended.\n`,
      err: '',
    })
    await withStores(async stores => {
      expect(await stores.accounts.find(accountId)).toMatchObject({ status: 'suspended' })
      expect(await stores.artefacts.sessions(accountId)).toEqual([])
      expect(await stores.jobs.count('backchannelLogout')).toBe(1)
    })
    expect((await run('resume', held.number)).out).toBe(`${accountId}: active again.\n`)
  })

  it('say that nobody holds a number, and do nothing', async () => {
    for (const name of ['suspend', 'resume', 'end-sessions', 'release-number']) {
      const { code, out, err } = await run(name, free.number)
      expect({ code, out }).toEqual({ code: 1, out: '' })
      expect(err).not.toContain(free.number)
    }
  })

  it.each([
    ['', /Expected a social security number/],
    ['12345', /5 were given/],
    [`${held.number}${held.key === '01' ? '02' : '01'}`, /do not go together/],
  ])('refuse « %s », without repeating it', async (typed, told) => {
    const { code, out, err } = await run('release-number', typed)
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toMatch(told)
    if (typed !== '') expect(err).not.toContain(typed)
  })

  it('give back their number for good, each act audited with its reason and nothing personal', async () => {
    expect((await run('end-sessions', held.number)).code).toBe(0)
    expect((await run('release-number', held.number)).out).toBe(`${accountId}: closed; its number is free.\n`)
    expect((await run('show', held.number)).out).toMatch(/^No account holds this number/)

    const texts = await auditTexts()
    for (const name of ['shown', 'suspended', 'resumed', 'sessionsEnded', 'numberReleased']) {
      const written = texts.filter(text => text.includes(`"account.${name}"`))
      expect(written.length).toBeGreaterThan(0)
      expect(JSON.parse(written[0] ?? '').details).toMatchObject({ actor: 'agent-7', reason: 'ticket 4212' })
    }
    expect(texts.join()).not.toContain(held.number)
    expect((await runHere(['audit', 'verify'], env())).code).toBe(0)
  })
})

describe('audit verify', () => {
  it('tells of a damaged audit with exit code 1', async () => {
    const directory = aDirectory()
    const env = { GUICHET_DATA_DIR: directory.path }
    await runHere(['accounts', 'show', '--reason', 'x'], env, free.number)
    const { DatabaseSync } = await import('node:sqlite')
    const db = new DatabaseSync(`${directory.path}/guichet.sqlite`)
    db.exec(`UPDATE audit_entries SET text = replace(text, '"cli"', '"eve"')`)
    db.close()
    const { code, out } = await runHere(['audit', 'verify'], env)
    expect(code).toBe(1)
    expect(out).toMatch(/ALTERED at event number 1\n1 segments, 1 damaged\.\n$/)
    directory.remove()
  })
})
