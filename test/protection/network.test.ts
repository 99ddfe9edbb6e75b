import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { clientNetwork, parseTrustedProxies, type TrustedProxies } from '../../src/protection/network.ts'

const proxies = (text: string): TrustedProxies => {
  const parsed = parseTrustedProxies(text)
  if (!parsed) throw new Error(`${text} cannot be read`)
  return parsed
}

describe("a person's network", () => {
  it.each([
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['::ffff:c000:207', '192.0.2.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:DB8::1', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['rubbish', 'unknown'],
  ])('of %s is %s', (address, network) => expect(clientNetwork(proxies(''), address, undefined)).toBe(network))

  it('is one for the whole /64', () => {
    fc.assert(
      fc.property(fc.ipV6(), address => {
        const network = clientNetwork(proxies(''), address, undefined)
        expect(network).not.toBe('unknown')
      }),
    )
    const of = (address: string) => clientNetwork(proxies(''), address, undefined)
    expect(of('2001:db8:a:b::1')).toBe(of('2001:db8:a:b:ffff:ffff:ffff:ffff'))
    expect(of('2001:db8:a:b::1')).not.toBe(of('2001:db8:a:c::1'))
  })

  it('ignores a forwarded header when no proxy is trusted', () => {
    expect(clientNetwork(proxies(''), '192.0.2.7', '203.0.113.1')).toBe('192.0.2.7')
    expect(clientNetwork(proxies('0'), '192.0.2.7', '203.0.113.1')).toBe('192.0.2.7')
  })

  it('believes a header as far as there are proxies, from its right end', () => {
    const forwarded = '198.51.100.66, 203.0.113.1, 10.0.0.2'
    expect(clientNetwork(proxies('1'), '10.0.0.1', forwarded)).toBe('10.0.0.2')
    expect(clientNetwork(proxies('2'), '10.0.0.1', forwarded)).toBe('203.0.113.1')
    expect(clientNetwork(proxies('9'), '10.0.0.1', '203.0.113.1')).toBe('203.0.113.1')
  })

  it('believes a header as far as trusted ranges wrote it; a stranger says what it likes in vain', () => {
    const trusted = proxies('10.0.0.0/8, fd00::/8')
    expect(clientNetwork(trusted, '10.0.0.1', '198.51.100.66, 203.0.113.1, 10.0.0.2')).toBe('203.0.113.1')
    expect(clientNetwork(trusted, '::ffff:10.0.0.1', '203.0.113.1')).toBe('203.0.113.1')
    expect(clientNetwork(trusted, 'fd00::1', '2001:db8:1:2::9')).toBe('2001:db8:1:2::/64')
    expect(clientNetwork(trusted, '192.0.2.7', '203.0.113.1')).toBe('192.0.2.7')
    expect(clientNetwork(trusted, '10.0.0.1', '203.0.113.1, nonsense')).toBe('10.0.0.1')
    expect(clientNetwork(proxies('loopback'), '127.0.0.1', '203.0.113.1')).toBe('203.0.113.1')
  })

  it.each(['a', '10.0.0.0/33', '10.0.0.0/', '10.0.0/8', '::/129', '10.0.0.0/8,,', '-1', '1.5', '10.0.0.0/8/8'])(
    'cannot be configured by %s',
    text => expect(parseTrustedProxies(text)).toBeUndefined(),
  )

  it('is always something, whatever the header says', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (remote, forwarded) => {
        expect(clientNetwork(proxies('2'), remote, forwarded)).toBeTruthy()
        expect(clientNetwork(proxies('10.0.0.0/8'), '10.0.0.1', forwarded)).toBeTruthy()
      }),
    )
  })

  const address = fc.oneof(
    fc.ipV4(),
    fc.ipV6(),
    fc.ipV4().map(ip => `::ffff:${ip}`),
  )
  const text = fc.oneof(
    fc.string({ maxLength: 200 }),
    address,
    fc.constantFrom(',', '::', '::ffff:', '%', '1.2.3', '[::1]'),
  )

  it('is an IPv4 address, a /64 or unknown, whatever stands in the header and the settings', () => {
    fc.assert(
      fc.property(
        fc.array(text, { maxLength: 80 }),
        address,
        fc.constantFrom('', '2', '99', '::/0, 0.0.0.0/0'),
        (said, from, trusted) => {
          const network = clientNetwork(proxies(trusted), from, said.join(','))
          expect(network).toMatch(/^(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f]{1,4}(?::[0-9a-f]{1,4}){3}::\/64)$/)
        },
      ),
    )
  })

  it('never depends on what was written before the addresses that proxies added', () => {
    fc.assert(
      fc.property(text, fc.array(address, { minLength: 1, maxLength: 5 }), address, (written, added, from) => {
        const forwarded = added.join(', ')
        const hops = proxies(String(added.length))
        expect(clientNetwork(hops, from, `${written}, ${forwarded}`)).toBe(clientNetwork(hops, from, forwarded))
        expect(clientNetwork(hops, from, forwarded)).toBe(clientNetwork(proxies(''), added[0], undefined))
      }),
    )
  })

  it('is the network of the network: a name of it never reads as another', () => {
    fc.assert(
      fc.property(address, from => {
        const network = clientNetwork(proxies(''), from, undefined)
        const inside = network.endsWith('::/64') ? network.replace('/64', '1') : network
        expect(clientNetwork(proxies(''), inside, undefined)).toBe(network)
      }),
    )
  })
})
