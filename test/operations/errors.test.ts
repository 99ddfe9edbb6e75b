import { describe, expect, it } from '@jest/globals'
import {
  directoryFault,
  listeningFault,
  requireNode,
  StartError,
  startErrorOf,
  startFaultText,
} from '../../src/operations/errors.ts'

const fault = (code: string) => Object.assign(new Error(code), { code })
const place = { port: 3000, host: '10.9.9.9', dataDir: '/srv/guichet' }

describe('what stops a start', () => {
  it.each([
    ['EADDRINUSE', /^Port 3000 is in use.*GUICHET_PORT\.$/],
    ['EACCES', /^Port 3000 is not allowed.*GUICHET_PORT\.$/],
    ['EADDRNOTAVAIL', /^10\.9\.9\.9 is no address of this machine.*GUICHET_HOST\.$/],
  ])('is a sentence when listening gives %s', (code, sentence) => {
    expect(startFaultText(listeningFault(fault(code), place))).toMatch(sentence)
  })

  it.each(['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST', 'ENOSPC'])(
    'is a sentence when the directory gives %s',
    code => {
      expect(startFaultText(directoryFault(fault(code), place))).toMatch(/\/srv\/guichet .*\.$/)
    },
  )

  it('is left as it is when nobody foresaw it', () => {
    const odd = fault('EODD')
    expect(listeningFault(odd, place)).toBe(odd)
    expect(directoryFault(odd, place)).toBe(odd)
    expect(startFaultText(odd)).toMatch(/^Guichet could not start: Error: EODD/)
  })

  it('is told of a store by its own sentence', () => {
    const newer = Object.assign(new Error('The database is newer.'), { name: 'StoreNewer' })
    expect(startFaultText(newer)).toBe('The database is newer.')
  })

  it('is an older Node', () => {
    expect(() => requireNode('20.19.0')).toThrow(StartError)
    expect(() => requireNode('24.0.0')).not.toThrow()
    expect(() => requireNode('26.1.0')).not.toThrow()
  })

  it('is every mistake of a configuration, a line each', () => {
    expect(startErrorOf(['A: no.', 'B: no.']).message.split('\n')).toEqual([expect.any(String), '- A: no.', '- B: no.'])
  })
})
