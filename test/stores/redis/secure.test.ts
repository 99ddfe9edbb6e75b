import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { later, noon } from '../../builders/records.ts'
import { freePort } from '../../support/free-port.ts'
import { startRacers } from '../race.ts'
import { describeOnRedis } from './describe.ts'
import { openRedis } from './open-redis.ts'
import { aRedisFolder, asking, type RedisFolder } from './servers.ts'
import { aWatchedRedis } from './set-ups.ts'

describeOnRedis('a Redis that asks who is there', () => {
  let folder: RedisFolder
  beforeAll(async () => {
    folder = await aRedisFolder()
  })
  afterAll(() => folder.close())

  const works = async (url: string) => {
    const stores = await openRedis(url, () => noon)
    await stores.records.put('kind', 'id', 1, later(60))
    const got = await stores.records.get('kind', 'id')
    await stores.close()
    return got === 1
  }

  it('opens to a user whose rights are those commands and keys alone', async () => {
    const { port } = await folder.server()
    await asking(port, redis =>
      redis.call('ACL', 'SETUSER', 'guichet', 'on', '>a@b', '~guichet:*', '+@all', '-@admin', '-@dangerous', '+info'),
    )
    expect(await works(`redis://guichet:a%40b@127.0.0.1:${port}`)).toBe(true)
  })

  it('opens through Sentinels that ask too', async () => {
    const { url } = await aWatchedRedis(folder, 'watch')
    expect(await works(url)).toBe(true)
  })

  it('opens over TLS, when its certificate is one that this machine trusts', async () => {
    const [key, certificate] = [join(folder.path, 'key.pem'), join(folder.path, 'certificate.pem')]
    const made = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2']
    const of = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', key, '-out', certificate]
    expect(spawnSync('openssl', ['req', ...made, ...of]).status).toBe(0)
    const tls = await freePort()
    const files = ['--tls-cert-file', certificate, '--tls-key-file', key, '--tls-ca-cert-file', certificate]
    await folder.server('--tls-port', String(tls), '--tls-auth-clients', 'no', ...files)
    const url = `rediss://127.0.0.1:${tls}`
    await expect(openRedis(url, () => noon)).rejects.toThrow(
      /does not answer \((DEPTH_ZERO_SELF_SIGNED_CERT|.*self.signed.*)\)/,
    )
    const racers = await startRacers('redis', url, 1, { NODE_EXTRA_CA_CERTS: certificate })
    expect(await racers.race('unique', 1)).toEqual([true])
    await racers.end()
  })
})
