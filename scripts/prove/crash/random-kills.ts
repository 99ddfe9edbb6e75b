/** Processes of one Guichet, killed at random moments under people who go on. */
import { setTimeout as pause } from 'node:timers/promises'
import { waitFor } from '../../../test/support/wait.ts'
import { is, type PartNeeds, type Row } from '../part.ts'
import type { Server } from '../world/servers.ts'
import { aProvedService } from '../world/service.ts'
import { openWorld, type World } from '../world/world.ts'
import { makeJournal, SWEPT_WITHIN_MS } from './journal.ts'
import { makeLedger } from './ledger.ts'
import { makeLoad } from './load.ts'

const PROCESSES = 4
/** Each kills one at a time and waits for who takes its place: others go on meanwhile. */
const KILLERS = 2
const LEASE_SECONDS = 130
/** Reading the whole audit takes a while: not after every death. */
const AUDIT_EVERY = 20
const LONGEST_LIFE_MS = 1200

const makeKiller = (world: World) => {
  const dying = new Set<Server>()
  return async (): Promise<void> => {
    await pause(Math.random() * LONGEST_LIFE_MS)
    const alive = world.servers.filter(server => !dying.has(server))
    const victim = alive[Math.floor(Math.random() * alive.length)]
    if (!victim) throw new Error('no process runs')
    dying.add(victim)
    const another = world.start()
    await victim.kill()
    await another
  }
}

/** A link mailed more than twice: its job was begun anew though nobody died at it. */
const repeatedLinks = ({ mailbox }: World): number => {
  const counts = new Map<string, number>()
  for (const { to, text } of mailbox.mails) {
    const link = /^https?:\/\/\S+jeton=\S+$/m.exec(text)?.[0]
    if (link) counts.set(`${to} ${link}`, (counts.get(`${to} ${link}`) ?? 0) + 1)
  }
  return [...counts.values()].filter(count => count > 2).length
}

export const randomKills = async ({ form, store, progress, signal }: PartNeeds): Promise<readonly Row[]> => {
  const kills = Number(process.env.PROVE_CRASH_KILLS ?? (form === 'long' ? 200 : 6))
  const world = await openWorld({ store, processes: PROCESSES })
  try {
    const service = await aProvedService(world)
    const stranger = await aProvedService(world, { name: 'Jardin partagé', firstParty: false })
    const ledger = makeLedger(world)
    const { stores } = world.foundations
    const patienceMs = store === 'embedded' ? 0 : SWEPT_WITHIN_MS
    const journal = makeJournal(ledger, stores.consents, patienceMs)
    const load = makeLoad(world, { service, stranger }, journal, { count: form === 'long' ? 6 : 3 })
    const losses: string[] = []
    const damages = new Set<string>()
    let killed = 0
    let twice = 0
    const look = async (): Promise<void> => {
      for (const segment of await ledger.damaged()) damages.add(segment)
      twice += await ledger.twiceHeld()
    }
    const killOne = makeKiller(world)
    let left = kills
    let looking = Promise.resolve()
    const killAll = async (): Promise<void> => {
      for (; left > 0 && !signal.aborted; ) {
        left -= 1
        await killOne()
        killed += 1
        const audit = killed % AUDIT_EVERY === 0
        // one look after the other: each begins where the last one ended
        looking = looking.then(async () => {
          losses.push(...(await journal.lossesSince()))
          if (audit) await look()
        })
        await looking
        progress(`${killed} of ${kills} killed, ${load.figures.people} people, ${losses.length} lost`)
      }
    }
    await Promise.all(Array.from({ length: KILLERS }, killAll))
    await load.end()
    // what the dead had leased is taken up by the living
    for (const server of world.servers) await server.advance(LEASE_SECONDS)
    const empty = async () => (await stores.jobs.count('mail')) === 0
    await waitFor(empty, 60_000).catch(() => undefined)
    await load.comeBack()
    await waitFor(empty, 20_000).catch(() => undefined)
    if (patienceMs > 0) {
      const settled = async () => (await journal.losses()).length === 0
      await waitFor(settled, patienceMs).catch(() => undefined)
    }
    ledger.forget()
    await look()
    const lost = [...losses, ...(await journal.losses())]
    const late = journal.late()
    const { people, cut, givenUp, redeemed } = load.figures
    return [
      is('processes killed', killed, kills),
      { what: 'people', figure: people },
      { what: 'requests cut', figure: cut },
      { what: 'codes and tokens given', figure: redeemed },
      { what: 'acts acknowledged', figure: journal.size() },
      is('acts acknowledged, then lost', lost.length, 0, [...new Set(lost)].slice(0, 5).join(' | ')),
      ...(patienceMs > 0
        ? [
            { what: 'acts with a part left to a sweep, at one look', figure: late.most },
            { what: 'longest that one took', figure: late.longestMs / 1000, unit: 's' },
          ]
        : []),
      is('people who did not get through', givenUp.length, 0, givenUp.slice(0, 5).join(' | ')),
      is('mails left in the outbox', await stores.jobs.count('mail'), 0),
      is('links mailed more than once more', repeatedLinks(world), 0),
      is('numbers with two holders, all looks', twice, 0),
      is('audit segments cut or altered, all looks', damages.size, 0, [...damages].slice(0, 3).join(' | ')),
    ]
  } finally {
    await world.stop()
  }
}
