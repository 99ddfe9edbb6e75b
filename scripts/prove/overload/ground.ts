/** What every load is offered on: one process started as production is, people, a crowd and a reader of pages. */
import { fileURLToPath } from 'node:url'
import { FICTITIOUS_NIRS, fictitiousNir } from '../../../src/identity/fictitious-nir.ts'
import { aPerson } from '../../../test/support/people.ts'
import { type Child, startChild } from '../../processes/children.ts'
import { atLeast, type Form, type PartNeeds, type Row } from '../part.ts'
import type { Server } from '../world/servers.ts'
import { aProvedService, codeOf, type ProvedService } from '../world/service.ts'
import { openWorld, type World } from '../world/world.ts'
import type { Load, Offered, PageTimes, Somebody } from './crowd.ts'

export type Ground = {
  readonly world: World
  readonly server: Server
  readonly service: ProvedService
  /** Gives so many more people an account: they join the crowd. */
  join(count: number): Promise<void>
  /** Who signs in. */
  readonly crowd: Child
  /** Who reads other pages meanwhile. */
  readonly reader: Child
  close(): Promise<void>
}

/** Real hashes and one process; the short form's are light, so that a test costs little. */
const FULL = { GUICHET_PASSWORDS_MEMORY: '19456', GUICHET_PASSWORDS_ITERATIONS: '2' }

const startCrowd = (): Promise<Child> => startChild(fileURLToPath(new URL('./crowd.ts', import.meta.url)))

const MOST_PEOPLE = 100_000

/** Each with a number and a network of their own. */
const makeEnrolment = (world: World) => {
  const first = Math.floor(Math.random() * (FICTITIOUS_NIRS - MOST_PEOPLE))
  let nth = 0
  return async (): Promise<Somebody> => {
    nth += 1
    const { number, key } = fictitiousNir(first + nth)
    const { nir, password } = await world.enrol(aPerson({ nir: number, nirKey: key, email: `p${number}@exemple.fr` }))
    return { nir, password, network: `10.${(nth >> 16) & 255}.${(nth >> 8) & 255}.${nth & 255}` }
  }
}

export const openGround = async (
  { form, store }: Pick<PartNeeds, 'store'> & { readonly form: Form },
  settings: { readonly [name: string]: string } = {},
): Promise<Ground> => {
  const world = await openWorld({
    store,
    processes: 1,
    settings: { GUICHET_LOG_LEVEL: 'info', ...(form === 'long' ? FULL : {}), ...settings },
  })
  const children: Child[] = []
  const close = async (): Promise<void> => {
    await Promise.all(children.map(child => child.kill()))
    await world.stop()
  }
  try {
    const server = world.server()
    const service = await aProvedService(world)
    const enrolled = makeEnrolment(world)
    const [crowd, reader] = await Promise.all([startCrowd(), startCrowd()])
    children.push(crowd, reader)
    const place = { port: server.port, issuer: world.issuer }
    await Promise.all([crowd.ask('place', place), reader.ask('place', place)])
    const join: Ground['join'] = async count => {
      const people: Somebody[] = []
      for (let nth = 0; nth < count; nth += 1) people.push(await enrolled())
      await crowd.ask('join', people)
    }
    return { world, server, service, join, crowd, reader, close }
  } catch (fault) {
    await close()
    throw fault
  }
}

/** Other pages than those of the load: a light one, a form, the machines', and one behind a token. */
export const givePages = async ({ world, server, service, reader }: Ground): Promise<void> => {
  const person = await world.enrol(aPerson())
  const visitor = world.visitor(server, '192.0.2.7')
  const { url, verifier } = service.request()
  const form = await visitor.get(url)
  const cookie = [...visitor.cookies].map(([key, value]) => `${key.slice(0, key.lastIndexOf('|'))}=${value}`).join('; ')
  const back = await visitor.submit(form, { nir: person.nir, password: person.password }, 'password')
  // the form's own request is used up by that: another one is read
  const other = world.visitor(server, '192.0.2.8')
  const otherForm = await other.get(service.request().url)
  const otherCookie = [...other.cookies]
    .map(([key, value]) => `${key.slice(0, key.lastIndexOf('|'))}=${value}`)
    .join('; ')
  const tokens = await service.redeem(server, { code: codeOf(back) ?? '', verifier })
  const language = { 'accept-language': 'fr' }
  await reader.ask('pages', {
    home: { url: `${world.issuer}/`, headers: { ...language, cookie } },
    'sign-in form': { url: otherForm.url, headers: { ...language, cookie: otherCookie } },
    jwks: { url: `${world.issuer}/jwks`, headers: {} },
    discovery: { url: `${world.issuer}/.well-known/openid-configuration`, headers: {} },
    userinfo: { url: `${world.issuer}/userinfo`, headers: { authorization: `Bearer ${tokens.body.access_token}` } },
  })
}

export const read = async (ground: Ground, load: Load): Promise<PageTimes> =>
  (await ground.reader.ask('readPages', load)) as PageTimes

export const signIns = async (ground: Ground, load: Load): Promise<Offered> =>
  (await ground.crowd.ask('signIns', load)) as Offered

/** Gives a form to those who have none, until so many have one. */
export const prepare = async ({ crowd, service }: Ground, count: number): Promise<void> => {
  const lacking = count - Number(await crowd.ask('prepared'))
  await crowd.ask(
    'prepare',
    Array.from({ length: Math.max(0, lacking) }, () => service.request().url),
  )
}

/** The most memory that the server takes until `stop`, in MB. */
export const watchMemory = (server: Server): { stop(): Promise<number> } => {
  let most = 0
  let on = true
  const looking = (async () => {
    while (on) {
      most = Math.max(most, (await server.memory()).rss)
      await new Promise(resolve => setTimeout(resolve, 200))
    }
  })()
  return {
    stop: async () => {
      on = false
      await looking
      return most / 1024 / 1024
    },
  }
}

/** Answers of another kind than those. */
export const others = (statuses: Offered['statuses'], expected: readonly string[]): number =>
  Object.entries(statuses).reduce((sum, [status, count]) => sum + (expected.includes(status) ? 0 : count), 0)

/** What was done a second, against the most that ever was; what was not offered cannot be done. */
export const goodputRow = (
  of: string,
  { goodput, statuses }: Offered,
  { peak, asked }: { readonly peak: number; readonly asked: number },
): Row =>
  atLeast(
    `${of}goodput`,
    goodput / Math.min(peak, asked),
    0.9,
    asked < peak ? 'of what was offered' : 'of its peak',
    `${goodput.toFixed(1)}/s of ${asked.toFixed(1)} offered, ${JSON.stringify(statuses)}`,
  )
