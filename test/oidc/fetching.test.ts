import { describe, expect, it } from '@jest/globals'
import { makeFetching } from '../../src/oidc/clients/fetching.ts'

/** The library hands its guard against private addresses over as the dispatcher of the call. */
const guarded = { method: 'POST', dispatcher: 'the guard' } as unknown as RequestInit

const called = async (url: string, allowLoopbackFetch: boolean, init: RequestInit = guarded) => {
  const calls: (RequestInit | undefined)[] = []
  const fetching = makeFetching({
    allowLoopbackFetch,
    fetch: async (_url, given) => {
      calls.push(given)
      return new Response()
    },
  })
  await fetching(url, init)
  return calls[0]
}

describe('calls to services', () => {
  it('keep the guard against private addresses', async () => {
    expect(await called('http://127.0.0.1:3001/logout', false)).toEqual(guarded)
    for (const url of [
      'https://service.example/',
      'http://10.0.0.1/',
      'http://localhost.evil.example/',
      'http://169.254.169.254/',
    ]) {
      expect(await called(url, true)).toEqual(guarded)
    }
  })

  it('reach loopback addresses when configuration says so, and follow nothing from there', async () => {
    for (const url of ['http://localhost:3001/logout', 'http://127.0.0.1:3001/logout', 'http://[::1]:3001/logout']) {
      expect(await called(url, true)).toEqual({ method: 'POST', redirect: 'error' })
      expect(await called(url, true, { ...guarded, redirect: 'manual' })).toEqual({
        method: 'POST',
        redirect: 'manual',
      })
    }
  })
})
