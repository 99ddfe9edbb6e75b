/** The other forms whose password is hashed, beyond what can be: who is turned away leaves and loses nothing. */
import type { AccountRecord } from '../../../src/stores/contracts.ts'
import { aPerson, linkOf, type Person, signUp, signUpFields } from '../../../test/support/people.ts'
import { atLeast, is, type PartNeeds, type Row } from '../part.ts'
import type { Offered } from './crowd.ts'
import { type Ground, openGround, others } from './ground.ts'
import { aHolder, type Holder } from './held-form.ts'

export type FormsPlan = {
  readonly people: number
  readonly perSecond: number
  readonly seconds: number
  /** So many times what is done, at least, or it was no overload. */
  readonly times: number
}

/** One hash at a time, two waiting: a dozen a second. */
const LITTLE = {
  GUICHET_PASSWORDS_CONCURRENCY: '1',
  GUICHET_PASSWORDS_QUEUE: '2',
  GUICHET_PASSWORDS_MEMORY: '32768',
  GUICHET_PASSWORDS_ITERATIONS: '3',
}
const NEW_PASSWORD = 'Rivière-Calme-17'

type Kind = {
  readonly name: string
  /** What says that it is done. */
  readonly status: number
  fill(ground: Ground, person: Person, holderAt: () => Holder): Promise<Buffer>
  /** Whether the store knows it of this account, whose password's hash was this one before. */
  done(account: AccountRecord, hashBefore: string | undefined): boolean
}

const kinds: readonly Kind[] = [
  {
    name: 'sign-ups',
    status: 303,
    fill: async ({ world }, person, holderAt) => {
      const { visitor, hold } = holderAt()
      const page = await visitor.get(`${world.issuer}/inscription`)
      return hold(page, signUpFields(person), 'birthName')
    },
    done: (_account, hashBefore) => hashBefore === undefined,
  },
  {
    name: 'activations',
    status: 200,
    fill: async ({ world }, person, holderAt) => {
      await signUp(holderAt().visitor, world, person)
      const { visitor, hold } = holderAt()
      const page = await visitor.get(linkOf(await world.mailTo(person.email)))
      return hold(page, { action: 'activate', password: person.password }, 'activate')
    },
    done: ({ status }) => status === 'active',
  },
  {
    name: 'new passwords',
    status: 200,
    fill: async ({ world }, person, holderAt) => {
      await world.enrol(person)
      const { visitor, hold } = holderAt()
      const asked = await visitor.get(`${world.issuer}/mot-de-passe-oublie`)
      await visitor.submit(asked, { nir: person.nir, email: person.email }, 'email')
      const page = await visitor.get(linkOf(await world.mailTo(person.email)))
      return hold(page, { password: NEW_PASSWORD, passwordConfirmation: NEW_PASSWORD }, 'passwordConfirmation')
    },
    done: ({ passwordHash }, hashBefore) => hashBefore !== undefined && passwordHash !== hashBefore,
  },
]

const accountsOf = async ({ world }: Ground): Promise<readonly AccountRecord[]> => {
  const found: AccountRecord[] = []
  const { accounts } = world.foundations.stores
  for (
    let page = await accounts.walk(undefined, 100);
    page.length > 0;
    page = await accounts.walk(found.at(-1)?.id, 100)
  ) {
    found.push(...page)
  }
  return found
}

const proves = async (ground: Ground, kind: Kind, nth: number, plan: FormsPlan): Promise<readonly Row[]> => {
  let networks = 0
  const holderAt = () => {
    networks += 1
    return aHolder(ground.world.issuer, `10.${20 + nth}.${networks >> 8}.${networks & 255}`, ground.server.fetch)
  }
  const forms: Buffer[] = []
  for (let made = 0; made < plan.people; made += 1) forms.push(await kind.fill(ground, aPerson(), holderAt))
  const before = new Map((await accountsOf(ground)).map(({ id, passwordHash }) => [id, passwordHash]))
  const doneNow = async () => {
    const accounts = await accountsOf(ground)
    return accounts.filter(account => kind.done(account, before.get(account.id))).length
  }
  const known = await doneNow()
  const offered = (await ground.crowd.ask('forms', { load: plan, forms, status: kind.status })) as Offered
  const stored = (await doneNow()) - known
  const later = (await ground.crowd.ask('formsLeft', { count: 2, status: kind.status })) as Offered
  const of = `${kind.name}: `
  const answered = offered.done.count + offered.refused.count
  return [
    is(
      `${of}answers neither done nor a 503`,
      others(offered.statuses, [String(kind.status), '503']),
      0,
      JSON.stringify(offered.statuses),
    ),
    is(`${of}refusals without Retry-After`, offered.unfit, 0),
    atLeast(`${of}done meanwhile`, offered.done.count, 1),
    atLeast(`${of}offered`, answered / offered.done.count, plan.times, 'times what was done'),
    is(`${of}known to the store, of those done`, stored, offered.done.count),
    is(
      `${of}turned away, then done by the same form`,
      later.done.count,
      plan.people - offered.done.count,
      JSON.stringify(later.statuses),
    ),
    is(`${of}known to the store in the end`, (await doneNow()) - known, plan.people),
  ]
}

export const provesForms = async (
  { form, store, progress, signal }: PartNeeds,
  plan: FormsPlan,
): Promise<readonly Row[]> => {
  const ground = await openGround({ form, store }, LITTLE)
  try {
    const rows: Row[] = []
    for (const [nth, kind] of kinds.entries()) {
      if (signal.aborted) break
      progress(`${kind.name}: ${plan.perSecond} a second`)
      rows.push(...(await proves(ground, kind, nth, plan)))
    }
    return rows
  } finally {
    await ground.close()
  }
}
