/** GUICHET_REDIS_URL, understood: one server, a master that Sentinels know, or a Cluster. */

export type Node = { readonly host: string; readonly port: number }
type Credentials = { readonly username?: string; readonly password?: string }
type Access = Credentials & { readonly tls: boolean }
export type RedisPlace = Access &
  (
    | { readonly kind: 'single'; readonly node: Node; readonly db: number }
    | {
        readonly kind: 'sentinel'
        readonly nodes: readonly Node[]
        readonly name: string
        readonly db: number
        /** Where the Sentinels themselves ask who is there. */
        readonly sentinels?: Credentials
      }
    | { readonly kind: 'cluster'; readonly nodes: readonly Node[] }
  )

export type RedisUrlFault = 'scheme' | 'credentials' | 'hosts' | 'path'
type Parsed = { readonly ok: true; readonly place: RedisPlace } | { readonly ok: false; readonly fault: RedisUrlFault }

const forms =
  /^(redis|rediss)(?:\+(sentinel|cluster))?:\/\/(?:([^/@]*)@)?([^/@?#]*)(?:\/([^?#]*))?(?:\?sentinels=([^?#&]*))?$/
const usualPort = { single: 6379, sentinel: 26_379, cluster: 6379 }

const sentences: { readonly [fault in RedisUrlFault]: string } = {
  scheme:
    'write redis://host:6379, redis+sentinel://host:26379,host:26379/name-of-the-master or redis+cluster://host:6379,host:6379; rediss for TLS in each',
  credentials:
    'before the @ stands « user:password », or « :password » alone; what is not a letter or a digit in them is written as in a URL (%40 for @); Sentinels that ask for some too have theirs at the end (?sentinels=user:password)',
  hosts: 'each host is a name or an address and a port from 1 to 65535, and hosts are separated by commas',
  path: 'the path is the number of the database (redis://host:6379/0), or of Sentinels the name of the master (redis+sentinel://host:26379/name, or /name/0); a Cluster has none',
}

/** Never with what was typed: it holds a password. */
export const redisUrlSentence = (fault: RedisUrlFault): string =>
  `The URL of Redis is not one that Guichet understands: ${sentences[fault]}.`

const decoded = (text: string): string | undefined => {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}

const parseCredentials = (text: string | undefined): Credentials | undefined => {
  if (text === undefined) return {}
  const colon = text.indexOf(':')
  const username = decoded(colon < 0 ? text : text.slice(0, colon))
  const password = colon < 0 ? '' : decoded(text.slice(colon + 1))
  if (username === undefined || !password) return undefined
  return { ...(username === '' ? {} : { username }), password }
}

const parseNode = (text: string, port: number): Node | undefined => {
  const found = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]+))(?::(\d{1,5}))?$/i.exec(text)
  const host = found?.[1] ?? found?.[2]
  const given = found?.[3] === undefined ? port : Number(found[3])
  return host === undefined || given < 1 || given > 65_535 ? undefined : { host, port: given }
}

export const parseRedisUrl = (url: string): Parsed => {
  const refused = (fault: RedisUrlFault): Parsed => ({ ok: false, fault })
  const [whole, scheme, form, typed, hosts = '', path = '', watchers] = forms.exec(url) ?? []
  if (whole === undefined) return refused('scheme')
  const credentials = parseCredentials(typed)
  const sentinels = parseCredentials(watchers)
  if (!credentials || !sentinels || (watchers !== undefined && form !== 'sentinel')) return refused('credentials')

  const kind = form === 'sentinel' || form === 'cluster' ? form : 'single'
  const nodes = hosts.split(',').map(each => parseNode(each, usualPort[kind]))
  const known = nodes.filter(node => node !== undefined)
  const [node] = known
  if (!node || known.length !== nodes.length || (kind === 'single' && known.length > 1)) return refused('hosts')

  const access: Access = { ...credentials, tls: scheme === 'rediss' }
  if (kind === 'cluster') return path === '' ? { ok: true, place: { ...access, kind, nodes: known } } : refused('path')
  if (kind === 'single') {
    const db = /^\d{0,5}$/.test(path) ? Number(path) : undefined
    return db === undefined ? refused('path') : { ok: true, place: { ...access, kind, node, db } }
  }
  const [, name, db] = /^([^/]+)(?:\/(\d{1,5}))?$/.exec(path) ?? []
  if (name === undefined) return refused('path')
  const watched = watchers === undefined ? {} : { sentinels }
  return { ok: true, place: { ...access, ...watched, kind, nodes: known, name, db: Number(db ?? 0) } }
}

/** Where it is, for a sentence: hosts and ports, never credentials. */
export const tellPlace = (place: RedisPlace): string => {
  const tell = ({ host, port }: Node): string => `${host.includes(':') ? `[${host}]` : host}:${port}`
  if (place.kind === 'single') return tell(place.node)
  const nodes = place.nodes.map(tell).join(', ')
  return place.kind === 'cluster' ? `the Cluster of ${nodes}` : `the master « ${place.name} » of the Sentinels ${nodes}`
}
