/** A relying party of one simulated FranceConnect, at the simulator's own clock, and its log. */
import type { FranceConnectNeeds } from '../../../src/demo/france-connect/france-connect.ts'
import { type Federation, type Finished, makeFederation } from '../../../src/federation/federation.ts'
import type { Upstream } from '../../../src/federation/upstream.ts'
import { aClient, callback, choose, type Running, startFranceConnect } from '../../demo/france-connect/running.ts'

export type OnItsWay = Running & {
  readonly federation: Federation
  readonly logged: readonly string[]
  /** How often each endpoint was asked, by the end of its path. */
  readonly asked: ReadonlyMap<string, number>
  /** To FranceConnect and back as this person. */
  signIn(person?: string): Promise<Finished>
}

export const anUpstream = (issuer: string, changes: Partial<Upstream> = {}): Upstream => ({
  id: 'franceconnect',
  kind: 'franceconnect',
  issuer,
  clientId: 'a-service',
  auth: { method: 'client_secret_post', secret: 'a-secret' },
  decryptionKeys: [],
  acr: ['eidas1'],
  scopes: ['openid', 'identite_pivot', 'email'],
  claims: {},
  label: { fr: 'FranceConnect', en: 'FranceConnect' },
  askAmr: false,
  endSessionAtOnce: false,
  ...changes,
})

export const startOnItsWay = async (
  changes: Partial<Upstream> = {},
  needs: Partial<FranceConnectNeeds> = {},
  { through = fetch, timeoutMs = 5_000 }: { readonly through?: typeof fetch; readonly timeoutMs?: number } = {},
): Promise<OnItsWay> => {
  const running = await startFranceConnect(needs)
  const logged: string[] = []
  const asked = new Map<string, number>()
  const federation = makeFederation({
    upstreams: [anUpstream(running.issuer, changes)],
    callbackUrl: () => callback,
    signOutUrl: () => `${callback}/sortie`,
    clock: () => new Date(running.now()),
    log: { warn: (...line: unknown[]) => void logged.push(JSON.stringify(line)) },
    timeoutMs,
    fetch: (input, init) => {
      const name = String(input).split('/').at(-1) ?? ''
      asked.set(name, (asked.get(name) ?? 0) + 1)
      return through(input, init)
    },
  })
  return {
    ...running,
    federation,
    logged,
    asked,
    signIn: async (person = 'elodie') => {
      const begun = await federation.begin('franceconnect', {})
      if (begun.kind !== 'begun') return { kind: 'unavailable', retry: true, why: 'discovery' }
      const { back } = await choose(running.issuer, new URL(begun.url).searchParams, { person })
      return federation.finish('franceconnect', back.searchParams, begun.flight)
    },
  }
}

export { aClient }
