/** CPU of the server for each act, at every size, in turns: people are drawn from all there are, so that no cache hides the rest. */
import { randomInt } from 'node:crypto'
import { signUpFields } from '../../../test/support/people.ts'
import type { Visitor } from '../../../test/support/visitor.ts'
import { type Contender, measure, type Plan, share } from '../../bench/rounds.ts'
import { atMost, type PartNeeds, type Row } from '../part.ts'
import type { Server } from '../world/servers.ts'
import { aProvedService, codeOf, type ProvedService, signInTo } from '../world/service.ts'
import { aNetwork, anyMember, newcomer } from './crowd.ts'
import type { Sized } from './sized.ts'

const AT_ONCE = 4
const BROWSERS = 120
const WEEK = 7 * 24 * 3600 * 1000

const plans = {
  short: { warmUp: 4, rounds: 3, count: 4, limitMs: 5000 },
  long: { warmUp: 400, rounds: 21, count: 60, limitMs: 4 * 60_000 },
} as const satisfies { readonly [form: string]: Plan }

type Counter = { readonly size: number; readonly server: Server; readonly startMs: number; readonly acts: Acts }
type Acts = { readonly [name in (typeof actNames)[number]]: () => Promise<void> }
const actNames = ['sign-in', 'authorize with a session', 'refresh', 'sign-up'] as const

const makeActs = async ({ size, world }: Sized, server: Server, browsers: number): Promise<Acts> => {
  const service: ProvedService = await aProvedService(world)
  const visitor = () => world.visitor(server, aNetwork())
  const tokens = async (by: ReturnType<typeof visitor>, parameters = {}) => {
    const { status, body } = await service.redeem(server, await signInTo(by, service, anyMember(size), parameters))
    if (status !== 200) throw new Error(`no tokens: ${status}`)
    return body
  }
  const signedIn: Visitor[] = []
  const chains: string[] = []
  for (let made = 0; made < browsers; made += 1) {
    const browser = visitor()
    await tokens(browser)
    signedIn.push(browser)
    const { refresh_token } = await tokens(visitor(), { scope: 'openid offline_access', prompt: 'consent' })
    chains.push(String(refresh_token))
  }
  return {
    'sign-in': async () => void (await tokens(visitor())),
    'authorize with a session': async () => {
      const { url, verifier } = service.request()
      const code = codeOf((await signedIn[randomInt(browsers)]?.get(url)) ?? { url: '' })
      const { status } = await service.redeem(server, { code: code ?? '', verifier })
      if (status !== 200) throw new Error('no tokens with a session')
    },
    refresh: async () => {
      // taken out meanwhile: a token offered twice ends its chain
      const [token = ''] = chains.splice(randomInt(chains.length), 1)
      const { status, body } = await service.refresh(server, token)
      if (status !== 200) throw new Error(`no refresh: ${status}`)
      chains.push(String(body.refresh_token))
    },
    'sign-up': async () => {
      const browser = visitor()
      const form = await browser.get(`${world.issuer}/inscription`)
      const sent = await browser.submit(form, signUpFields(newcomer()), 'birthName')
      if (sent.status !== 200) throw new Error(`no sign-up: ${sent.status}`)
    },
  }
}

const openCounter = async (sized: Sized, browsers: number): Promise<Counter> => {
  const began = performance.now()
  // its workers rest: what is queued and what has expired is not what is compared
  const server = await sized.world.start({ env: { PROVE_WORKERS: 'off' } })
  const startMs = performance.now() - began
  return { size: sized.size, server, startMs, acts: await makeActs(sized, server, browsers) }
}

/** Each act once, at a process that does what its workers do too, and what is purged from time to time. */
export const playOnce = async (sized: Sized): Promise<void> => {
  const { accounts, purgeExpired } = sized.world.foundations.stores
  const server = await sized.world.start()
  const acts = await makeActs(sized, server, 1)
  for (const name of actNames) await acts[name]()
  const now = new Date()
  await purgeExpired(now, 10)
  await accounts.purgePending(new Date(now.getTime() - WEEK), 10, () => ({}))
  await server.drain()
}

/** A figure of a short form is there to be read: too few acts to hold it to anything. */
export const costRows = async (sizes: readonly Sized[], { form, progress }: PartNeeds): Promise<readonly Row[]> => {
  const counters: Counter[] = []
  for (const sized of sizes) {
    progress(`signing people in at ${sized.size}`)
    counters.push(await openCounter(sized, form === 'short' ? 6 : BROWSERS))
  }
  const rows: Row[] = counters.map(({ size, startMs }) => ({ what: `start at ${size}`, figure: startMs, unit: 'ms' }))
  for (const act of actNames) {
    progress(`${act} at every size, in turns`)
    const contenders = counters.map(
      ({ size, server, acts }): Contender => ({
        name: String(size),
        cpu: server.cpu,
        act: share(AT_ONCE, acts[act]),
      }),
    )
    const cpu = await measure(contenders, plans[form])
    const [first, ...others] = counters.map(({ size }) => ({ size, ms: cpu[String(size)] ?? Number.NaN }))
    if (!first) return rows
    rows.push({ what: `${act} at ${first.size}`, figure: first.ms, unit: 'ms CPU' })
    for (const { size, ms } of others) {
      const [what, note] = [`${act} at ${size}, to ${first.size}`, `${ms.toFixed(2)} ms CPU`]
      const ratio = ms / first.ms
      rows.push(form === 'long' ? atMost(what, ratio, 1.1, '×', note) : { what, figure: ratio, unit: '×', note })
    }
  }
  for (const { server } of counters) await server.drain()
  return rows
}
