/** The use cases over the embedded store, with cheap hashes, a clock that tests move, and a mailbox that keeps what is sent. */
import { afterEach, beforeEach } from '@jest/globals'
import { makeAgentTools } from '../../src/accounts/agents.ts'
import { makePurgePending } from '../../src/accounts/purge.ts'
import { makeReadLink, makeRenewLink } from '../../src/accounts/read-link.ts'
import { makeRecover } from '../../src/accounts/recovery/recover.ts'
import { makeRequestAccess } from '../../src/accounts/recovery/request-access.ts'
import { makeAcceptTerms } from '../../src/accounts/sign-in/accept-terms.ts'
import type { Device } from '../../src/accounts/sign-in/devices.ts'
import { makeSignIn } from '../../src/accounts/sign-in/sign-in.ts'
import { makeActivate } from '../../src/accounts/sign-up/activate.ts'
import { makeClaimedOften } from '../../src/accounts/sign-up/claims.ts'
import { makeDisown } from '../../src/accounts/sign-up/disown.ts'
import { makeCorrectAddress, makeResendActivation } from '../../src/accounts/sign-up/mail-again.ts'
import { makeSignUp } from '../../src/accounts/sign-up/sign-up.ts'
import type { AuditEvent } from '../../src/audit/events.ts'
import { makeAudit } from '../../src/audit/log.ts'
import { fictitiousNir } from '../../src/identity/fictitious-nir.ts'
import type { Compose } from '../../src/mail/letters.ts'
import { makeOutbox } from '../../src/mail/outbox.ts'
import type { Delivery, Mail } from '../../src/mail/transport.ts'
import { makeMailRunner } from '../../src/mail/worker.ts'
import { makePasswords, type Passwords, type Place } from '../../src/protection/passwords.ts'
import type { Stores } from '../../src/stores/contracts.ts'
import { aLookup, anEnvelope, aVault } from '../builders/keys.ts'
import { later } from '../builders/records.ts'
import { openSqliteForTests } from '../stores/open-sqlite.ts'

export const GOOD = 'Trois-petits-chats-9'
const CHEAP = { memoryKib: 64, passes: 1, lanes: 1, concurrency: 2, queue: 100 }

/** Subject: the letter's kind. Text: its model, as JSON. */
const compose: Compose = (kind, language, model) => ({
  subject: kind,
  text: JSON.stringify(model),
  html: `<p lang="${language}"></p>`,
})

const countingPasswords = (settings = CHEAP) => {
  const real = makePasswords(settings)
  const calls = { hash: 0, verify: 0 }
  const counted = (place: Place): Place => ({
    hash: password => {
      calls.hash += 1
      return place.hash(password)
    },
    verify: (hash, password) => {
      calls.verify += 1
      return place.verify(hash, password)
    },
  })
  const passwords: Pick<Passwords, 'admit' | 'hash'> = {
    admit: act => real.admit(place => act(counted(place))),
    hash: password => real.admit(place => counted(place).hash(password)),
  }
  return { calls, passwords }
}

/** What a machine that hashes all it can says. */
export const fullHouse: Pick<Passwords, 'admit' | 'hash'> = {
  admit: async () => ({ kind: 'busy', retryAfterSeconds: 3 }),
  hash: async () => ({ kind: 'busy', retryAfterSeconds: 3 }),
}

export type Person = { readonly nir: string; readonly email: string; readonly password: string }

const counter = { next: 0 }
/** Somebody new. */
export const aPerson = (given: Partial<Person> = {}): Person => {
  counter.next += 1
  const nir = fictitiousNir(counter.next).number
  return { nir, email: `personne${counter.next}@exemple.fr`, password: GOOD, ...given }
}

export const openHouse = async () => {
  const opened = await openSqliteForTests()
  const { stores, clock } = opened
  const now = () => clock.now()
  const vault = aVault()
  const envelope = anEnvelope()
  const lookup = aLookup()
  const outbox = makeOutbox({ vault, clock: now, spreadSeconds: 0 })
  const { passwords, calls } = countingPasswords()
  const sent: Mail[] = []
  const ended: string[] = []
  const server: { answer: (mail: Mail) => Delivery } = { answer: () => ({ kind: 'sent' }) }
  const transport = {
    send: async (mail: Mail): Promise<Delivery> => {
      const answer = server.answer(mail)
      if (answer.kind === 'sent') sent.push(mail)
      return answer
    },
  }

  /** Every use case over these stores: others than the house's own fail on purpose, or stand for another process. */
  const casesOver = (over: Stores, hashing: Pick<Passwords, 'admit' | 'hash'> = passwords) => {
    const needs = {
      ...over,
      passwords: hashing,
      envelope,
      lookup,
      outbox,
      clock: now,
      audit: makeAudit({ store: over.audit, clock: now }),
      endAccount: async (id: string) => {
        ended.push(id)
      },
      passwordFaults: (password: string) => (password.length < 8 ? ['short'] : []),
      pendingSeconds: 7 * 86_400,
    }
    const links = {
      activation: (token: string) => `https://g.example/activation?${token}`,
      recovery: (token: string) => `https://g.example/recovery?${token}`,
      signIn: 'https://g.example/connexion',
      recoveryForm: 'https://g.example/mot-de-passe-oublie',
      confirmEmail: (token: string) => `https://g.example/courriel/confirmation?jeton=${token}`,
      move: (token: string) => `https://g.example/compte/identite-changee?jeton=${token}`,
      undo: (token: string) => `https://g.example/compte/lien-a-defaire?jeton=${token}`,
    }
    const lifetimes = { activationSeconds: 86_400, recoverySeconds: 3600, confirmSeconds: 86_400 }
    const labelOf = (id: string) => (id === 'franceconnect' ? 'FranceConnect' : id)
    return {
      signUp: makeSignUp(needs),
      claimedOften: makeClaimedOften(needs),
      resend: makeResendActivation(needs),
      correct: makeCorrectAddress(needs),
      activate: makeActivate(needs),
      disown: makeDisown(needs),
      readLink: makeReadLink(needs),
      renewLink: makeRenewLink(needs),
      signIn: makeSignIn(needs),
      acceptTerms: makeAcceptTerms(needs),
      requestAccess: makeRequestAccess(needs),
      recover: makeRecover(needs),
      agents: makeAgentTools(needs),
      purgePending: makePurgePending(needs),
      runMail: makeMailRunner({ ...needs, links, lifetimes, labelOf, compose, transport }),
    }
  }
  const cases = casesOver(stores)

  /** Runs every mail that is due, those that follow from it too; gives what left. */
  const deliver = async (run = cases.runMail): Promise<readonly Mail[]> => {
    const before = sent.length
    for (;;) {
      const leased = await stores.jobs.lease('mail', now(), later(1, now()), 50)
      if (leased.length === 0) return sent.slice(before)
      for (const job of leased) {
        const done = await run(job).catch(() => undefined)
        if (done) await stores.jobs.finish(job.id, done.effects)
        if (!done) await stores.jobs.retry(job.id, later(60, now()))
      }
    }
  }

  const signUp = async (person: Person, more: { network?: string; serviceId?: string; over?: typeof cases } = {}) => {
    const number = person.nir
    const outcome = await (more.over ?? cases).signUp({
      person: {
        birthName: 'Ournara',
        nir: { number, key: '00' },
        email: person.email,
        telephones: { mobile: '+33600000000' },
      },
      password: person.password,
      language: 'fr',
      terms: { version: '1', hash: 'h' },
      network: more.network ?? '192.0.2.1',
      request: 'request-1',
      ...(more.serviceId ? { serviceId: more.serviceId } : {}),
    })
    if (outcome.kind !== 'received') throw new Error(`sign-up: ${outcome.kind}`)
    return outcome.accountId
  }

  const tokenOf = (mail: Mail | undefined): string => {
    const link = mail && (JSON.parse(mail.text) as { link?: string }).link
    if (!link) throw new Error('no link in this mail')
    return link.slice(link.indexOf('?') + 1)
  }

  const activate = (token: string, proof: { browser: string } | { password: string }, over = cases) =>
    over.activate({
      token,
      proof:
        'browser' in proof
          ? { kind: 'browser', accountId: proof.browser }
          : { kind: 'password', password: proof.password },
      network: '192.0.2.1',
      request: 'request-2',
    })

  return {
    ...opened,
    ...cases,
    casesOver,
    calls,
    passwords,
    sent,
    ended,
    server,
    lookup,
    outbox,
    deliver,
    signUp,
    tokenOf,
    activate,
    pass: (seconds: number) => clock.set(later(seconds, now())),
    account: async (id: string) => {
      const account = await stores.accounts.find(id)
      if (!account) throw new Error('no such account')
      return account
    },
    holderOf: (nir: string) => stores.accounts.findHolder(lookup.nir(nir)),
    events: async (name?: AuditEvent['name']): Promise<readonly AuditEvent[]> => {
      const all: AuditEvent[] = []
      for (const { segment, count } of await stores.audit.segments()) {
        const entries = await stores.audit.read(segment, 0, count + 1)
        all.push(...entries.map(entry => JSON.parse(entry.text) as AuditEvent))
      }
      return all.filter(event => name === undefined || event.name === name)
    },
    /** Somebody with an active account. */
    async aMember(given: Partial<Person> = {}, more: { serviceId?: string } = {}) {
      const person = aPerson(given)
      const id = await signUp(person, more)
      const mails = await deliver()
      await activate(tokenOf(mails.find(mail => mail.to === person.email)), { browser: id })
      return { ...person, id }
    },
    tryIn: (person: Person, more: Partial<Parameters<typeof cases.signIn>[0]> = {}, over = cases) =>
      over.signIn({
        nir: person.nir,
        password: person.password,
        network: '192.0.2.1',
        devices: [],
        challengePassed: false,
        request: 'request-3',
        ...more,
      }),
    ask: (
      person: Pick<Person, 'nir' | 'email'>,
      serviceId?: string,
      devices: readonly Device[] = [],
      network = '192.0.2.1',
    ) =>
      cases.requestAccess({
        nir: person.nir,
        email: person.email,
        language: 'fr',
        network,
        request: 'request-4',
        serviceId,
        devices,
      }),
  }
}

export type House = Awaited<ReturnType<typeof openHouse>>

/** A house for each test of the suite. */
export const eachHouse = (): (() => House) => {
  let house: House | undefined
  beforeEach(async () => {
    house = await openHouse()
  })
  afterEach(async () => {
    await house?.close()
  })
  return () => {
    if (!house) throw new Error('no house is open')
    return house
  }
}
