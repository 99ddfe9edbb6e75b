import { spawnSync } from 'node:child_process'
import { copyFile, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { parse } from 'yaml'
import { makeKeys } from '../../src/config/keys-making.ts'
import { loadConfig } from '../../src/config/load.ts'
import { configurationProblems } from '../../src/config/start.ts'
import { secondsOf } from '../../src/config/values.ts'
import { parseRedisUrl } from '../../src/stores/redis/connection/place.ts'
import { STOP_MS } from '../../src/workers.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const folder = join(root, 'deploy')

type Service = {
  readonly image: string
  readonly read_only?: boolean
  readonly cap_drop?: readonly string[]
  readonly security_opt?: readonly string[]
  readonly mem_limit?: string
  readonly user?: string
  readonly ports?: readonly string[]
  readonly networks?: readonly string[]
  readonly network_mode?: string
  readonly environment?: { readonly [name: string]: string }
  readonly secrets?: readonly string[]
  readonly volumes?: readonly string[]
  readonly command?: readonly string[]
  readonly restart?: string
  readonly healthcheck?: { readonly test?: readonly string[]; readonly disable?: boolean }
  readonly depends_on?: { readonly [name: string]: { readonly condition: string } } | readonly string[]
  readonly stop_grace_period?: string
}
type Compose = {
  readonly services: { readonly [name: string]: Service }
  readonly networks: { readonly [name: string]: { readonly internal?: boolean } }
  readonly volumes: { readonly [name: string]: unknown }
  readonly secrets: { readonly [name: string]: { readonly file: string } }
}

const text = await readFile(join(folder, 'compose.yaml'), 'utf8')
const compose = parse(text, { merge: true }) as Compose
const all = Object.entries(compose.services)
const serviceOf = (name: string): Service => {
  const service = compose.services[name]
  if (!service) throw new Error(`there is no service ${name}`)
  return service
}
const serving = ['guichet-1', 'guichet-2'].map(serviceOf)
const once = ['prepare', 'mongo-init']
/** Secrets lie in the folder where a container looks for them. */
const secretsOf = ({ secrets = [] }: Service) => secrets.map(name => `/run/secrets/${name}`)

describe('the compose file', () => {
  it('names the version of every image; that of Guichet is this one', async () => {
    const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'))
    for (const [name, { image }] of all) {
      if (name.startsWith('guichet') || name === 'prepare')
        expect(image).toBe(`guichet:\${GUICHET_VERSION:-${version}}`)
      else expect(image).toMatch(/^[a-z]+:\d+\.\d+\.\d+(-[a-z]+)?$/)
    }
  })

  it.each(all)(
    'holds %s: it writes to its own places alone, gains no right, is not root, and its memory is bounded',
    (_name, service) => {
      expect(service.read_only).toBe(true)
      expect(service.cap_drop).toEqual(['ALL'])
      expect(service.security_opt).toEqual(['no-new-privileges:true'])
      expect(service.mem_limit).toMatch(/^\d+[mg]$/)
      expect(service.user).toMatch(/^[1-9]\d*:[1-9]\d*$/)
    },
  )

  it('publishes the proxy alone, on 127.0.0.1 unless said', () => {
    expect(all.filter(([, { ports }]) => ports).map(([name]) => name)).toEqual(['proxy'])
    for (const port of serviceOf('proxy').ports ?? []) expect(port).toMatch(/^\$\{PUBLISH_ON:-127\.0\.0\.1\}:\d+:\d+$/)
  })

  it('keeps MongoDB and Redis where the proxy does not come and no way leads out', () => {
    expect(compose.networks.back?.internal).toBe(true)
    for (const [name, { networks, network_mode }] of all) {
      if (name === 'proxy') expect(networks).toEqual(['front'])
      else if (name.startsWith('guichet')) expect(networks).toEqual(['front', 'back'])
      else expect(networks ?? network_mode).toEqual(name === 'mongo-init' ? 'service:mongo-1' : ['back'])
    }
  })

  it('asks each that lasts how it does: Guichet at its own address of readiness', () => {
    for (const [name, { healthcheck, restart }] of all) {
      expect([name, healthcheck?.disable === true]).toEqual([name, once.includes(name)])
      expect([name, restart]).toEqual([name, once.includes(name) ? 'no' : 'unless-stopped'])
    }
    for (const { healthcheck, environment } of serving)
      expect(healthcheck?.test?.join(' ')).toContain(`http://127.0.0.1:${environment?.GUICHET_PORT}/health/ready`)
  })

  it('starts Guichet once its store is prepared, and prepares it once the replica set is there', () => {
    for (const { depends_on } of serving)
      expect(depends_on).toMatchObject({ prepare: { condition: 'service_completed_successfully' } })
    expect(serviceOf('prepare')).toMatchObject({
      command: expect.arrayContaining(['store', 'prepare']),
      depends_on: { 'mongo-init': { condition: 'service_completed_successfully' } },
    })
  })

  it('gives a process that stops more time than it takes', () => {
    for (const { stop_grace_period, environment } of serving) {
      const notice = secondsOf(environment?.GUICHET_STOP_NOTICE ?? '')
      expect(secondsOf(stop_grace_period ?? '')).toBeGreaterThanOrEqual(notice + STOP_MS / 1000)
    }
  })

  it('gives files that exist, and secrets from files that only those who need them see', async () => {
    const made = /^\.\/(secrets|texts)\b/
    for (const [, service] of all) {
      for (const secret of service.secrets ?? []) expect(compose.secrets[secret]?.file).toBe(`./secrets/${secret}`)
      for (const volume of service.volumes ?? []) {
        const [source = ''] = volume.split(':')
        if (source.startsWith('./') && !made.test(source))
          expect((await stat(join(folder, source))).isFile()).toBe(true)
        if (!source.startsWith('./')) expect(compose.volumes).toHaveProperty(source)
      }
      // whatever is named there is given
      const named = JSON.stringify([service.command, service.environment]).match(/\/run\/secrets\/[\w.-]+/g) ?? []
      expect(secretsOf(service)).toEqual(expect.arrayContaining(named))
    }
    const holders = all.filter(([, { secrets }]) => secrets?.includes('keys.json')).map(([name]) => name)
    expect(holders.sort()).toEqual(['guichet-1', 'guichet-2', 'prepare'])
  })

  it('holds no secret, in a variable or in an address', () => {
    expect(text).not.toMatch(/:\/\/[^\s/]*:[^\s/]*@/)
    for (const [, { environment = {} }] of all)
      for (const [name, value] of Object.entries(environment))
        if (/PASSWORD|SECRET|KEY|TOKEN/i.test(name) && !/CONCURRENCY/.test(name))
          expect(value).toMatch(/^\/run\/secrets\//)
  })

  it('has Redis keep what it answered, throw nothing away, and know its users', () => {
    const settings = (serviceOf('redis').command ?? []).join(' ')
    for (const wanted of ['--appendonly yes', '--appendfsync always', '--maxmemory-policy noeviction', '--aclfile'])
      expect(settings).toContain(wanted)
  })
})

describe('what the compose file configures', () => {
  let place: string
  const made = (name: string) => join(place, 'secrets', name)
  const makeSecrets = (keys: string) =>
    spawnSync(join(place, 'make-secrets.sh'), { input: keys, encoding: 'utf8', timeout: 60_000 })
  beforeAll(async () => {
    place = await mkdtemp(join(tmpdir(), 'guichet-deploy-'))
    for (const name of ['make-secrets.sh', 'guichet.example.json'])
      await copyFile(join(folder, name), join(place, name))
  })
  afterAll(() => rm(place, { recursive: true, force: true }))

  it('makes no half of the secrets, makes them once, and says what is missing', async () => {
    expect(makeSecrets('')).toMatchObject({ status: 1, stderr: expect.stringContaining('No keys') })
    await expect(stat(join(place, 'secrets'))).rejects.toMatchObject({ code: 'ENOENT' })
    expect(makeSecrets(JSON.stringify(await makeKeys()))).toMatchObject({ status: 0 })
    const keys = await readFile(made('keys.json'), 'utf8')
    expect(makeSecrets(JSON.stringify(await makeKeys()))).toMatchObject({ status: 1 })
    expect(await readFile(made('keys.json'), 'utf8')).toBe(keys)
    for (const name of Object.keys(compose.secrets).filter(secret => secret !== 'tls.pem'))
      expect((await stat(made(name))).mode & 0o077).toBe(0)
  })

  it('is what Guichet accepts in production, with the passwords that MongoDB and Redis are given', async () => {
    // as the operator's texts, which are no samples
    const texts = join(place, 'texts')
    await mkdir(texts)
    for (const name of ['conditions', 'donnees-personnelles', 'mentions-legales', 'accessibilite', 'aide'])
      for (const language of ['fr', 'en'])
        await writeFile(join(texts, `${name}.${language}.md`), '---\nversion: 2026-03\n---\n# Titre\n\nUn texte.\n')
    for (const { environment = {} } of [...serving, serviceOf('prepare')]) {
      const here = Object.entries(environment).map(([name, value]) => [
        name,
        value.replace('/run/secrets', join(place, 'secrets')),
      ])
      const env = { ...Object.fromEntries(here), GUICHET_TEXTS: texts }
      expect(configurationProblems(env)).toEqual([])
      const loaded = loadConfig(env)
      if (loaded.kind === 'refused') throw new Error(loaded.problems.join('\n'))
      const { config } = loaded
      expect(config).toMatchObject({ production: true, store: 'mongo', trustProxy: { kind: 'hops', hops: 1 } })
      const mongo = new URL((config.mongo.url ?? '').replace(/@.*\/guichet/, '@one/guichet'))
      expect(mongo.password).toBe((await readFile(made('mongo-guichet-password'), 'utf8')).trim())
      const redis = parseRedisUrl(config.redis.url ?? '')
      expect(redis).toMatchObject({ ok: true, place: { kind: 'single', username: 'guichet' } })
    }
  })

  it('names the members of the replica set alike everywhere', async () => {
    const members = all.flatMap(([name, { command }]) => (command?.includes('--replSet') ? [`${name}:27017`] : []))
    const initiate = await readFile(join(folder, 'mongo-initiate.js'), 'utf8')
    expect(initiate).toContain(`'${members.join(',')}'`)
    expect(await readFile(join(folder, 'guichet.example.json'), 'utf8')).toContain(
      `@${members.join(',')}/guichet?replicaSet=guichet"`,
    )
  })
})

describe("the proxy's configuration", () => {
  let lines: readonly string[]
  const settingOf = (name: string): string => {
    const line = lines.find(each => each.startsWith(`${name} `))
    if (line === undefined) throw new Error(`haproxy.cfg does not say ${name}`)
    return line.slice(name.length + 1)
  }
  beforeAll(async () => {
    const written = await readFile(join(folder, 'haproxy.cfg'), 'utf8')
    lines = written.split('\n').map(line => line.trim())
  })

  it('leads to the processes of Guichet, and sees that one is not ready within the notice that it gives', () => {
    for (const [nth, { environment }] of serving.entries())
      expect(lines).toContain(`server guichet-${nth + 1} guichet-${nth + 1}:${environment?.GUICHET_PORT} check`)
    expect(settingOf('option httpchk')).toBe('GET /health/ready')
    const [, inter, fast, fall] =
      /\binter (\d+)s fastinter (\d+)ms .*\bfall (\d+)\b/.exec(settingOf('default-server')) ?? []
    const seen = Number(inter) + ((Number(fall) - 1) * Number(fast)) / 1000
    // twice: it takes a moment to answer
    expect(2 * seen).toBeLessThan(secondsOf(serving[0]?.environment?.GUICHET_STOP_NOTICE ?? ''))
  })

  it('sends no request a second time of which something was sent', () => {
    expect(settingOf('retry-on')).toBe('conn-failure')
  })

  it('says itself who asks, whatever they say', () => {
    expect(lines).toEqual(expect.arrayContaining(['http-request del-header X-Forwarded-For', 'option forwardfor']))
  })

  it('lets headers come that Guichet refuses with its own page, and writes no address down', () => {
    expect(Number(settingOf('tune.bufsize'))).toBeGreaterThanOrEqual(4 * 16 * 1024)
    // only a backend tells of its servers; a front would tell of requests
    expect(lines.filter(line => /^(option )?(log|httplog)\b/.test(line))).toEqual([
      'log stdout format raw local0 notice',
      'log global',
    ])
    expect(lines.indexOf('log global')).toBeGreaterThan(lines.indexOf('backend guichet'))
  })

  it('waits longer than Guichet itself does', () => {
    expect(secondsOf(settingOf('timeout server').replace(/s$/, ' s'))).toBeGreaterThan(30)
  })
})
