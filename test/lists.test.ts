import { describe, expect, it } from '@jest/globals'
import { limits } from '../src/protection/limits.ts'
import { sourceOf, sourcesBut } from './builders/sources.ts'

/** Of journeys that are not there yet. */
const notYet = ['consent.withdrawn']

describe('the list of limits and the code that counts', () => {
  const code = sourcesBut('protection/limits.ts')

  it('count under the same names, in both directions', () => {
    const literal = [...code.matchAll(/(?:throttles\.(?:count|attempt|distinct|peek|reset)|\bturn)\(\s*'(\w+)'/g)]
    const ofNetworks = [...code.matchAll(/(?:countNetwork|standingOfNetwork)\(\s*(?:\{[^}]*\}|\w+),\s*'(\w+)'/g)]
    // sign-in counts on one of two, chosen by a tuple
    const chosen = [...code.matchAll(/\(\['(signIn\w*)', [^\]]*\] as const\)|=> \['(signIn\w*)', [^\]]*\] as const/g)]
    const counted = new Set([...literal, ...ofNetworks, ...chosen].map(([, a, b]) => a ?? b ?? ''))
    expect([...counted].filter(name => !Object.hasOwn(limits, name))).toEqual([])
    // on the account itself, and as a volume asked of the count of another limit
    const elsewhere = ['activationPassword', 'signInNetworkChallenge', 'signUpNetworkChallenge']
    expect(
      Object.keys(limits)
        .filter(name => !counted.has(name))
        .sort(),
    ).toEqual(elsewhere.sort())
  })

  it.each(['activationPassword', 'signInNetworkChallenge', 'signUpNetworkChallenge'])(
    '%s is heeded where it belongs',
    name => {
      expect(code).toContain(`limits.${name}`)
    },
  )
})

describe('the catalogue of events and the code that records', () => {
  const catalogue = sourceOf('audit/events.ts')
  const listed = [...catalogue.matchAll(/^ {2}'(\w+\.\w+)':/gm)].map(([, name = '']) => name)
  const code = sourcesBut('audit/events.ts')

  it('know the same events, in both directions', () => {
    const recorded = new Set(
      [...code.matchAll(/audit\.(?:record|event)\(\s*'(\w+\.\w+)'/g)].map(([, name = '']) => name),
    )
    expect(recorded.size).toBeGreaterThan(10)
    expect([...recorded].filter(name => !listed.includes(name))).toEqual([])
    expect(listed.filter(name => !code.includes(`'${name}'`))).toEqual(notYet)
  })
})
