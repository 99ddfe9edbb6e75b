/** A crowd in a process of its own: people at their forms, askers of pictures, or readers of pages, all on a schedule. */
import { Agent } from 'node:http'
import type { Visitor } from '../../../test/support/visitor.ts'
import { answerParent } from '../../processes/child.ts'
import { fetchAt } from '../world/servers.ts'
import { aHolder, bytesOf, type Holder } from './held-form.ts'
import { offer, type Times, timesOf } from './offer.ts'
import { atOnce, type Crowd, each, type Load, type Offered, onSchedule, tally } from './rounds.ts'
import { type Answered, makeWire } from './wire.ts'

export type { Load, Offered } from './rounds.ts'
export type Place = { readonly port: number; readonly issuer: string }
export type Somebody = { readonly nir: string; readonly password: string; readonly network: string }
export type PageTimes = {
  readonly statuses: Offered['statuses']
  readonly times: { readonly [page: string]: Times }
  readonly all: Times
}

type Person = Somebody & { readonly holder: Holder; form: Buffer | undefined }

let place: Place = { port: 0, issuer: '' }
let wire = makeWire(0)
let people: readonly Person[] = []
let pages: { readonly [name: string]: Buffer } = {}
/** Forms given whole, that are not done yet. */
let forms: Buffer[] = []
const agent = new Agent({ keepAlive: true, maxSockets: 16 })

/** The browser was closed and opened again: what it keeps is that somebody signed in here. */
const reopen = ({ cookies }: Visitor): void => {
  for (const name of [...cookies.keys()]) if (!/guichet-(devices|language)/.test(name)) cookies.delete(name)
}

const prepare = async (person: Person, authorize: string): Promise<void> => {
  const { visitor, hold } = person.holder
  reopen(visitor)
  const page = await visitor.get(authorize)
  if (page.status !== 200) throw new Error(`no sign-in form: ${page.status}`)
  person.form = await hold(page, { nir: person.nir, password: person.password }, 'password')
}

const keepDevice = ({ holder }: Person, { head }: Answered): void => {
  const kept = /^set-cookie: (guichet-devices)=([^;]*)/im.exec(head)
  if (kept?.[1] && kept[2]) holder.visitor.cookies.set(`${kept[1]}|/`, kept[2])
}

/** Everybody who has a form. */
const signingIn = (): Crowd<Person> => ({
  ready: people.filter(({ form }) => form),
  request: ({ form }) => form ?? Buffer.alloc(0),
  status: 303,
  done: (person, answer) => {
    keepDevice(person, answer)
    person.form = undefined
    return false
  },
})

const sending = (status: number): Crowd<Buffer> => ({ ready: forms, request: form => form, status, done: () => false })

/** A picture that may be had so many times more; nobody asks for one that is over, nor for more at once than are left. */
type Picture = { readonly request: Buffer; left: number }
const SERVED = 4
const asking = (paths: readonly string[]): Crowd<Picture> => ({
  ready: paths.map(path => ({ request: bytesOf(place.issuer + path, {}), left: SERVED })),
  request: ({ request }) => request,
  status: 200,
  done: picture => {
    picture.left -= 1
    return picture.left > 0
  },
})

/** One page after the other, on a schedule. */
const readPages = async (load: Load): Promise<PageTimes> => {
  const names = Object.keys(pages)
  const { statuses, count } = tally()
  const measured: { [page: string]: number[] } = Object.fromEntries(names.map(name => [name, []]))
  let turn = 0
  await offer(load, (due, over) => {
    const name = names[turn % names.length] ?? ''
    turn += 1
    wire.send(pages[name] ?? Buffer.alloc(0), answer => {
      count(answer)
      measured[name]?.push(performance.now() - due)
      over()
    })
  })
  return {
    statuses,
    times: Object.fromEntries(names.map(name => [name, timesOf(measured[name] ?? [])])),
    all: timesOf(Object.values(measured).flat()),
  }
}

answerParent({
  place: (given: Place) => {
    place = given
    wire = makeWire(given.port)
  },
  join: (given: readonly Somebody[]) => {
    const really = fetchAt(place.port, place.issuer, agent)
    const joined = given.map(one => ({ ...one, holder: aHolder(place.issuer, one.network, really), form: undefined }))
    people = [...people, ...joined]
  },
  /** Gives a form to everybody who has none, within the requests given. */
  prepare: async (authorize: readonly string[]) => {
    const urls = [...authorize]
    await each(
      people.filter(({ form }) => !form),
      12,
      async person => {
        const url = urls.pop()
        if (url) await prepare(person, url)
      },
    )
  },
  prepared: () => people.filter(({ form }) => form).length,
  /** Everybody signs in, so many at once: what the machine can do. */
  closedLoop: (count: number) => atOnce(wire, count, signingIn()),
  signIns: (load: Load) => onSchedule(wire, load, signingIn()),
  /** Forms of any kind, as a browser would send them; those that are not done are kept for `formsLeft`. */
  forms: (given: { readonly load: Load; readonly forms: readonly Uint8Array[]; readonly status: number }) => {
    forms = given.forms.map(form => Buffer.from(form))
    return onSchedule(wire, given.load, sending(given.status))
  },
  formsLeft: ({ count, status }: { readonly count: number; readonly status: number }) =>
    atOnce(wire, count, sending(status)),
  /** Pages to read: what a browser of its own would send for each. */
  pages: (given: {
    readonly [name: string]: { readonly url: string; readonly headers: { readonly [name: string]: string } }
  }) => {
    pages = Object.fromEntries(
      Object.entries(given).map(([name, { url, headers }]) => [name, bytesOf(url, { headers })]),
    )
  },
  readPages,
  pictures: ({ load, paths }: { readonly load: Load; readonly paths: readonly string[] }) =>
    onSchedule(wire, load, asking(paths)),
  picturesAtOnce: ({ count, paths }: { readonly count: number; readonly paths: readonly string[] }) =>
    atOnce(wire, count, asking(paths)),
} as Parameters<typeof answerParent>[0])
