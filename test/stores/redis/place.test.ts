import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { parseRedisUrl, redisUrlSentence, tellPlace } from '../../../src/stores/redis/connection/place.ts'

const placeOf = (url: string) => {
  const parsed = parseRedisUrl(url)
  if (!parsed.ok) throw new Error(parsed.fault)
  return parsed.place
}
const faultOf = (url: string) => {
  const parsed = parseRedisUrl(url)
  return parsed.ok ? undefined : parsed.fault
}

describe('the URL of Redis', () => {
  it('names one server, its database and who asks', () => {
    expect(placeOf('redis://localhost')).toEqual({
      kind: 'single',
      tls: false,
      node: { host: 'localhost', port: 6379 },
      db: 0,
    })
    expect(placeOf('rediss://me:a%40b@[::1]:7000/3')).toEqual({
      kind: 'single',
      tls: true,
      username: 'me',
      password: 'a@b',
      node: { host: '::1', port: 7000 },
      db: 3,
    })
    expect(placeOf('redis://:secret@h/')).toMatchObject({ password: 'secret', db: 0 })
    expect(placeOf('redis://:secret@h/')).not.toHaveProperty('username')
  })

  it('names Sentinels and their master, or nodes of a Cluster', () => {
    const nodes = [
      { host: 'a', port: 26_379 },
      { host: 'b', port: 7001 },
    ]
    expect(placeOf('redis+sentinel://:p@a,b:7001/guichet')).toEqual({
      kind: 'sentinel',
      tls: false,
      password: 'p',
      nodes,
      name: 'guichet',
      db: 0,
    })
    expect(placeOf('rediss+sentinel://a/guichet/2')).toMatchObject({ tls: true, name: 'guichet', db: 2 })
    expect(placeOf('redis+sentinel://:p@a/guichet?sentinels=watch:%40')).toMatchObject({
      password: 'p',
      sentinels: { username: 'watch', password: '@' },
    })
    expect(placeOf('rediss+cluster://10.0.0.1:7001,10.0.0.2:7002')).toEqual({
      kind: 'cluster',
      tls: true,
      nodes: [
        { host: '10.0.0.1', port: 7001 },
        { host: '10.0.0.2', port: 7002 },
      ],
    })
  })

  it('is refused for what is wrong in it, in a sentence which tells nothing of what was typed', () => {
    const wrong = {
      'http://h': 'scheme',
      'redis:h': 'scheme',
      '': 'scheme',
      'redis+other://h': 'scheme',
      'redis://h?x=1': 'scheme',
      'redis://user@h': 'credentials',
      'redis://user:%zz@h': 'credentials',
      'redis+sentinel://a/name?sentinels=user': 'credentials',
      'redis://a?sentinels=:p': 'credentials',
      'redis://': 'hosts',
      'redis://a,b': 'hosts',
      'redis://a b': 'hosts',
      'redis://a:0': 'hosts',
      'redis://a:99999': 'hosts',
      'redis+cluster://a,,b': 'hosts',
      'redis+cluster://a/0': 'path',
      'redis+sentinel://a': 'path',
      'redis+sentinel://a/': 'path',
      'redis+sentinel://a/name/x': 'path',
      'redis+sentinel://a/name/1/2': 'path',
      'redis://a/x': 'path',
    }
    for (const [url, fault] of Object.entries(wrong)) expect([url, faultOf(url)]).toEqual([url, fault])
    expect(redisUrlSentence('path')).toMatch(/^The URL of Redis is not one that Guichet understands: the path is .+\.$/)
  })

  it('is told without the credentials', () => {
    const urls = [
      'redis://me:secret@h:1/2',
      'redis+sentinel://:secret@h:1,[::1]:2/name',
      'rediss+cluster://me:secret@h:1',
    ]
    expect(urls.map(url => tellPlace(placeOf(url)))).toEqual([
      'h:1',
      'the master « name » of the Sentinels h:1, [::1]:2',
      'the Cluster of h:1',
    ])
  })

  it('never throws', () => {
    fc.assert(fc.property(fc.string(), rest => void parseRedisUrl(`redis://${rest}`)))
    const parts = fc.array(fc.constantFrom('@', ':', ',', '/', '[', ']', '%', '0', '65536', 'a', '.', '?', '#'))
    fc.assert(fc.property(parts, typed => void parseRedisUrl(`redis+sentinel://${typed.join('')}`)))
  })
})
