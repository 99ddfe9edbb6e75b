/** Named fault points: every act of a store that may write is one, and the process may be told to die at it. */
import type { Around } from '../../../src/foundations.ts'
import type { Stores } from '../../../src/stores/contracts.ts'

/** The step's name, as traced: `accounts.activate#1`, `artefacts.upsert(Session)#2`. */
export type Point = { readonly step: string; readonly when: 'before' | 'after' }

type Method = (...given: readonly unknown[]) => unknown

/** What writes nothing: dying there is dying after the step before. */
const READS: ReadonlySet<string> = new Set([
  ...['find', 'findHolder', 'findByIdentity', 'findClaims', 'countClaims'].map(name => `accounts.${name}`),
  ...['find', 'list'].flatMap(name => [`consents.${name}`, `services.${name}`]),
  ...['find', 'listOpen', 'due'].map(name => `cases.${name}`),
  ...['onAdded', 'nextDue', 'count'].map(name => `jobs.${name}`),
  ...['segments', 'read'].map(name => `audit.${name}`),
  ...['find', 'findByUid', 'findByUserCode', 'sessions', 'isSessionEnded'].map(name => `artefacts.${name}`),
  'facts.get',
  'facts.settle',
  'records.get',
  'throttles.peek',
])

/** Their first argument is a code (a model, a limit, a queue), and tells one step from another. */
const NAMED: ReadonlySet<string> = new Set(['artefacts', 'records', 'throttles'])

const nameOf = (store: string, method: string, given: readonly unknown[]): string => {
  const [first] = given
  const named = typeof first === 'string' && (NAMED.has(store) || method === 'lease')
  const free = /^(revoke|unique|end|forget|remember)/.test(method)
  return named && !free ? `${store}.${method}(${first})` : `${store}.${method}`
}

const die = (): Promise<never> => {
  process.kill(process.pid, 'SIGKILL')
  return new Promise(() => undefined)
}

export const makePoints = () => {
  let armed: Point | undefined
  let traced: string[] = []
  let counts = new Map<string, number>()

  const stepOf = (name: string): string => {
    const nth = (counts.get(name) ?? 0) + 1
    counts.set(name, nth)
    return `${name}#${nth}`
  }
  const passed = async (name: string, act: () => unknown): Promise<unknown> => {
    const step = stepOf(name)
    traced.push(step)
    const here = armed?.step === step
    if (here && armed?.when === 'before') return die()
    const done = await act()
    return here ? die() : done
  }
  const watch = <Store extends object>(store: string, target: Store): Store =>
    new Proxy(target, {
      get: (of, key) => {
        const method: unknown = Reflect.get(of, key)
        if (typeof method !== 'function' || READS.has(`${store}.${String(key)}`)) return method
        return (...given: readonly unknown[]) =>
          passed(nameOf(store, String(key), given), () => (method as Method).apply(of, [...given]))
      },
    })
  const around: Around = (stores: Stores) => {
    const each = Object.entries(stores).map(([name, part]) => [
      name,
      typeof part === 'object' ? watch(name, part) : part,
    ])
    return Object.fromEntries(each) as Stores
  }

  return {
    around,
    /** Counts anew from here, and dies at the point if one is given. */
    begin: (point?: Point): void => {
      armed = point
      traced = []
      counts = new Map()
    },
    traced: (): readonly string[] => traced,
  }
}
