/** What the use cases of the fault points are played on. */
import type { TestPerson } from '../../../src/demo/france-connect/people.ts'
import type { Nir } from '../../../src/identity/nir.ts'
import type { JobQueue } from '../../../src/stores/contracts.ts'
import type { Page } from '../../../test/support/visitor.ts'
import { waitFor } from '../../../test/support/wait.ts'
import type { Member } from '../world/people.ts'
import type { Server } from '../world/servers.ts'
import { type ProvedService, signInTo } from '../world/service.ts'
import { type Upstream, vouchedFor } from '../world/upstream.ts'
import type { World } from '../world/world.ts'
import type { Ledger } from './ledger.ts'
import { insist, makeSomebody, type Somebody, type SUBJECTS } from './people.ts'
import { type Receiver, sidOf } from './receiver.ts'

/** Somebody whom FranceConnect vouches for. */
export type Vouched = Somebody & { readonly vouched: TestPerson }

export type Stage = {
  readonly world: World
  readonly ledger: Ledger
  /** First-party, told of logouts. */
  readonly service: ProvedService
  /** Asks for consent. */
  readonly stranger: ProvedService
  readonly receiver: Receiver
  /** The FranceConnect that people come by. */
  readonly upstream: Upstream
  /** Somebody new at this process, whom FranceConnect vouches for and who has no account yet. */
  vouched(server: Server): Vouched
  /** Whom FranceConnect vouches for too, from now on. */
  meet(person: TestPerson): void
  /** Somebody new at this process. */
  somebody(server: Server): Somebody
  /** Somebody with an account, and its id. */
  member(server: Server): Promise<Somebody & Member>
  /** Signs in to the service; gives the session's name there, by which the service is told of its end. */
  sessionOf(server: Server, who: Somebody): Promise<string>
  /** Waits until the service has been told of the end of that session. */
  told(sid: string): Promise<void>
  /** Waits for that many mails to the address whose subject holds these words; more than `most` is told at the end. */
  mails(email: string, kind: keyof typeof SUBJECTS, least: number, most: number): Promise<void>
}

/** One play of a use case: what the process dies at, and the same again where it lives. */
export type Scene = {
  readonly act: (server: Server) => Promise<unknown>
  /** Throws when the person does not get through, or when something acknowledged is lost. */
  readonly retry: (server: Server) => Promise<void>
}

export type UseCase = {
  readonly name: string
  /** The queue that is run by the process that dies, and by nobody else. */
  readonly works?: JobQueue
  /** What it does is what the purge does. */
  readonly purges?: true
  prepare(stage: Stage, server: Server): Promise<Scene>
}

/** Sent once by the process that dies; then again by another, whose answer is looked at. */
export const sending = (
  who: Pick<Somebody, 'at'>,
  send: () => Promise<Page>,
  check: (again: Page, server: Server) => Promise<void>,
): Scene => ({
  act: server => {
    who.at(server)
    return send()
  },
  retry: async server => {
    who.at(server)
    await check(await insist(server, send), server)
  },
})

/** Long: a machine that does much else is no fault of what is proved. */
export const LONG_MS = 60_000

const fail = (text: string): never => {
  throw new Error(text)
}
export const must = (right: boolean, text: string): void => (right ? undefined : fail(text))

type MostMails = { readonly email: string; readonly words: string; readonly most: number }

export const makeStage = (
  given: Pick<Stage, 'world' | 'ledger' | 'service' | 'stranger' | 'receiver' | 'upstream'>,
  subjects: typeof SUBJECTS,
): Stage & { tooManyMails(): number } => {
  const { world } = given
  const people: TestPerson[] = []
  given.upstream.knows(world.issuer, people)
  const expected: MostMails[] = []
  const counted = (email: string, words: string): number =>
    world.mailbox.mails.filter(({ to, subject }) => to === email && subject.includes(words)).length

  return {
    ...given,
    somebody: server => makeSomebody(world.issuer, server),
    vouched: server => {
      const somebody = makeSomebody(world.issuer, server)
      const nir = { number: somebody.nir, key: somebody.nirKey } as Nir
      const vouched = vouchedFor(`personne-${people.length}`, nir, 'ESSAI')
      people.push(vouched)
      return { ...somebody, birthName: vouched.claims.family_name, vouched }
    },
    meet: person => void people.push(person),
    member: async server => {
      const somebody = makeSomebody(world.issuer, server)
      return { ...somebody, ...(await world.enrol(somebody)) }
    },
    async sessionOf(server, who) {
      const { body } = await given.service.redeem(server, await signInTo(who.visitor, given.service, who))
      return sidOf(String(body.id_token))
    },
    async told(sid) {
      const wait = waitFor(() => (given.receiver.told.includes(sid) ? true : undefined), LONG_MS)
      await wait.catch(() => fail('the service was not told of the end of its session'))
    },
    async mails(email, kind, least, most) {
      const words = subjects[kind]
      expected.push({ email, words, most })
      await waitFor(() => (counted(email, words) >= least ? true : undefined), LONG_MS).catch(() =>
        fail(`${counted(email, words)} mails « ${kind} », at least ${least} expected`),
      )
    },
    tooManyMails: () => expected.filter(({ email, words, most }) => counted(email, words) > most).length,
  }
}
