/** Somebody who guesses, from as many networks as they like: what each try came to, as they see it. */
import { randomInt } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { FICTITIOUS_NIRS, fictitiousNir } from '../../../src/identity/fictitious-nir.ts'
import type { Page, Visitor } from '../../../test/support/visitor.ts'
import { codeOf, type ProvedService } from '../world/service.ts'
import type { World } from '../world/world.ts'

/** compared: a password was really looked at. The others say that none was. */
export type Verdict =
  | { readonly kind: 'in' | 'compared' | 'controlled' | 'busy' }
  | { readonly kind: 'waits'; readonly seconds: number }

export const verdictOf = (page: Page): Verdict => {
  if (codeOf(page)) return { kind: 'in' }
  switch (page.status) {
    case 422:
      if (page.faults.length === 0) return { kind: 'compared' }
      break
    case 403:
      return { kind: 'controlled' }
    case 503:
      return { kind: 'busy' }
    case 429:
      return { kind: 'waits', seconds: Number(page.headers.get('retry-after')) }
  }
  throw new Error(`an answer that says nothing: ${page.status} « ${page.heading} » ${page.faults.join(' ')}`)
}

const RETRIES = 5

export type Tried = { readonly nir: string; readonly password: string; readonly network: string }
export type Attacker = {
  /** One try, answered by the nth process. */
  guess(tried: Tried, nth: number): Promise<Verdict>
  /** A sign-in page anew: the clock has moved on, or the request is over. */
  prepare(): Promise<void>
}

/** One browser at each process that changes its address for every try. */
export const anAttacker = async (world: World, service: ProvedService): Promise<Attacker> => {
  const browsers: readonly Visitor[] = world.servers.map(server => world.visitor(server))
  const opened = () => Promise.all(browsers.map(browser => browser.get(service.request().url)))
  let forms = await opened()
  const once = async ({ nir, password, network }: Tried, nth: number): Promise<Verdict> => {
    const at = nth % browsers.length
    const [browser, form] = [browsers[at], forms[at]]
    if (!browser || !form) throw new Error('no process runs')
    return verdictOf(await browser.submit(form, { nir, password }, 'password', { 'x-forwarded-for': network }))
  }
  return {
    prepare: async () => {
      forms = await opened()
    },
    /** A process that is too busy is asked again, a few times. */
    async guess(tried, nth) {
      let verdict = await once(tried, nth)
      for (let again = 0; verdict.kind === 'busy' && again < RETRIES; again += 1) {
        await pause(100)
        verdict = await once(tried, nth)
      }
      return verdict
    },
  }
}

/** The nth network of the attacker's: each another IPv4 address. */
export const network4 = (nth: number): string => `10.${(nth >> 16) & 255}.${(nth >> 8) & 255}.${nth & 255}`
/** The nth of the /64 networks of one /48, as one site is given. */
export const network6 = (nth: number): string => `2001:db8:7:${(nth & 0xffff).toString(16)}::1`

/** The nth of numbers that nobody has, from a place of its own. */
export const numbersFrom = (first = randomInt(FICTITIOUS_NIRS / 2)) => {
  return (nth: number): string => fictitiousNir((first + nth) % FICTITIOUS_NIRS).number
}

/** `count` things done, `atOnce` at a time; fewer when there is no more time. */
export const inTurns = async <T>(
  count: number,
  atOnce: number,
  act: (nth: number) => Promise<T>,
  progress: (done: number) => void = () => undefined,
  signal?: AbortSignal,
): Promise<readonly T[]> => {
  const results: T[] = []
  let next = 0
  const worker = async (): Promise<void> => {
    while (next < count && !signal?.aborted) {
      const nth = next
      next += 1
      results[nth] = await act(nth)
      if (nth % 50 === 0) progress(nth)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
  return results
}

export const counted = (verdicts: readonly Verdict[], kind: Verdict['kind']): number =>
  verdicts.filter(verdict => verdict.kind === kind).length
