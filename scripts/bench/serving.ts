/** Contenders that serve, and what is played against them. */
import { mkdtemp } from 'node:fs/promises'
import { join } from 'node:path'
import type { Ask } from '../../test/support/visitor.ts'
import type { Child } from '../processes/children.ts'
import { startContender } from './contenders.ts'
import { type Journeys, makeJourneys } from './journeys.ts'
import { type Contender, share } from './rounds.ts'
import { isTarget, PEOPLE } from './target.ts'

export type BenchNeeds = {
  readonly dir: string
  readonly smtpUrl: string
  readonly profiles?: string
}
export type Server = { readonly child: Child; readonly journeys: Journeys }
export type Hash = 'full' | 'light'

export type ServerSettings = {
  readonly hash: Hash
  readonly env?: { readonly [name: string]: string }
  readonly flags?: readonly string[]
  /** What the server is asked to register people by. */
  readonly people?: { readonly people: number; readonly among?: number }
  readonly ask?: Ask
}

export const startServer = async (
  needs: BenchNeeds,
  name: 'guichet' | 'bare',
  { hash, env = {}, flags, people, ask }: ServerSettings,
): Promise<Server> => {
  const dir = await mkdtemp(join(needs.dir, `${name}-`))
  const child = await startContender(
    name,
    { BENCH_DIR: dir, BENCH_SMTP: needs.smtpUrl, BENCH_HASH: hash, ...env },
    needs.profiles,
    flags,
  )
  const target = await child.ask('target', people)
  if (!isTarget(target)) throw new Error('a server did not say where it is')
  return { child, journeys: makeJourneys(target, ask) }
}

export const startArgon2 = (hash: Hash): Promise<Child> => startContender('argon2', { BENCH_HASH: hash })

export const stopAll = async (children: readonly Child[]): Promise<void> => {
  await Promise.all(children.map(child => child.stop()))
}

/** `prepare`: played as often before it is measured. */
export const contender = (
  name: string,
  { child, journeys }: Server,
  act: keyof Journeys,
  { known = true, prepare }: { readonly known?: boolean; readonly prepare?: keyof Journeys } = {},
): Contender => ({
  name,
  cpu: child.cpu,
  ...(prepare && { prepare: share(PEOPLE, person => journeys[prepare](person, known)) }),
  act: share(PEOPLE, person => journeys[act](person, known)),
})

export const hashing = (child: Child): Contender => ({
  name: 'hash',
  cpu: child.cpu,
  act: count => child.ask('verify', count),
})
