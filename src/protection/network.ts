/** Which network a request comes from, as far as configured proxies are believed. A throttle's key, never logged. */
import { BlockList, isIP, isIPv4 } from 'node:net'

/** `hops`: how many proxies stand before us, each adding one address. `ranges`: those whose word on X-Forwarded-For is taken. */
export type TrustedProxies =
  | { readonly kind: 'none' }
  | { readonly kind: 'hops'; readonly hops: number }
  | { readonly kind: 'ranges'; readonly ranges: BlockList }

/** « 2 », « 10.0.0.0/8, fd00::/8 », « loopback » or nothing. undefined when it cannot be read. */
export const parseTrustedProxies = (text: string | undefined): TrustedProxies | undefined => {
  const given = (text ?? '').trim()
  if (given === '' || given === '0') return { kind: 'none' }
  if (/^\d{1,2}$/.test(given)) return { kind: 'hops', hops: Number(given) }
  const ranges = new BlockList()
  return given.split(',').every(range => addRange(ranges, range.trim())) ? { kind: 'ranges', ranges } : undefined
}

const addRange = (ranges: BlockList, range: string): boolean => {
  if (range === 'loopback') {
    ranges.addSubnet('127.0.0.0', 8, 'ipv4')
    ranges.addAddress('::1', 'ipv6')
    return true
  }
  const [address = '', prefix, ...more] = range.split('/')
  const version = isIP(address)
  const longest = version === 4 ? 32 : 128
  const bits = prefix === undefined ? longest : Number(prefix)
  if (version === 0 || more.length > 0 || prefix === '' || !Number.isInteger(bits) || bits < 0 || bits > longest)
    return false
  ranges.addSubnet(address, bits, version === 4 ? 'ipv4' : 'ipv6')
  return true
}

/** Eight groups, or undefined. A dotted end (::ffff:192.0.2.1) counts as two. */
const groupsOf = (address: string): readonly number[] | undefined => {
  const bare = address.split('%')[0] ?? ''
  if (isIP(bare) !== 6) return undefined
  const dotted = /^(.*:)(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(bare)
  const hex = (high: string | undefined, low: string | undefined) => (Number(high) * 256 + Number(low)).toString(16)
  const text = dotted ? `${dotted[1]}${hex(dotted[2], dotted[3])}:${hex(dotted[4], dotted[5])}` : bare
  const [head = '', tail] = text.split('::')
  const parts = (half: string) => (half === '' ? [] : half.split(':').map(part => Number.parseInt(part, 16)))
  const before = parts(head)
  const after = tail === undefined ? [] : parts(tail)
  return [...before, ...new Array<number>(8 - before.length - after.length).fill(0), ...after]
}

/** IPv4 as it is, IPv4 mapped in IPv6 as IPv4; undefined when it is no address. */
const plainAddress = (address: string): string | undefined => {
  if (isIPv4(address)) return address
  const groups = groupsOf(address)
  if (!groups) return undefined
  const mapped = groups.slice(0, 5).every(group => group === 0) && groups[5] === 0xffff
  if (!mapped) return address.split('%')[0]
  const [high = 0, low = 0] = groups.slice(6)
  return [high >> 8, high & 255, low >> 8, low & 255].join('.')
}

const networkOf = (address: string): string => {
  if (isIPv4(address)) return address
  const groups = groupsOf(address) ?? []
  return `${groups
    .slice(0, 4)
    .map(group => group.toString(16))
    .join(':')}::/64`
}

/** The /48 that an IPv6 network lies in: what one site is usually given. undefined for any other. */
export const siteOf = (network: string): string | undefined => {
  const groups = network.endsWith('::/64') ? network.slice(0, -'::/64'.length).split(':') : []
  return groups.length === 4 ? `${groups.slice(0, 3).join(':')}::/48` : undefined
}

const isTrusted = (ranges: BlockList, address: string): boolean =>
  ranges.check(address, isIPv4(address) ? 'ipv4' : 'ipv6')

/**
 * The person's network: an IPv4 address, or the /64 of an IPv6 one. `forwarded` is X-Forwarded-For as received;
 * it is read from its right end, and only as far as trusted proxies wrote it. What cannot be read stops the walk there.
 */
export const clientNetwork = (
  proxies: TrustedProxies,
  remoteAddress: string | undefined,
  forwarded: string | undefined,
): string => {
  let client = plainAddress(remoteAddress ?? '')
  if (client === undefined) return 'unknown'
  const said = (forwarded ?? '').split(',').slice(-32).reverse()
  for (const [i, entry] of said.entries()) {
    const believed =
      proxies.kind === 'hops' ? i < proxies.hops : proxies.kind === 'ranges' && isTrusted(proxies.ranges, client)
    const address = plainAddress(entry.trim())
    if (!believed || address === undefined) break
    client = address
  }
  return networkOf(client)
}
