/** The ways to every error that a FranceConnect leads to. */
import { testPeople } from '../../../src/demo/france-connect/people.ts'
import { makeLookup } from '../../../src/protection/lookup.ts'
import type { ErrorCode } from '../../../src/web/errors.ts'
import { aPerson, signUpFields } from '../../../test/support/people.ts'
import type { Page, Visitor } from '../../../test/support/visitor.ts'
import type { Fronted } from '../front/fronted.ts'
import { comeBy, type Upstream } from '../world/upstream.ts'
import type { TaintedService } from './services.ts'

type Ways = { readonly [code in Extract<ErrorCode, `FEDERATION_${string}`>]: () => Promise<unknown> }

export const waysToUpstreamErrors = (
  { world, visitor: newVisitor }: Fronted,
  upstream: Upstream,
  service: TaintedService,
): Ways => {
  const come = (visitor: Visitor, chosen: Readonly<Record<string, string>>): Promise<Page> =>
    comeBy(upstream, visitor, service.request().url, chosen)
  const refusedBy = (error: string) => () => come(newVisitor(), { error })

  return {
    FEDERATION_DENIED: refusedBy('access_denied'),
    FEDERATION_UNAVAILABLE: refusedBy('server_error'),
    FEDERATION_MISCONFIGURED: refusedBy('invalid_scope'),
    FEDERATION_UNVERIFIED: () => come(newVisitor(), { person: 'elodie', fault: 'wrongNonce' }),
    FEDERATION_SUSPENDED: async () => {
      const person = testPeople.find(({ id }) => id === 'yann')
      if (!person) throw new Error('no such test person')
      const { nir } = person
      const { accounts } = world.foundations.stores
      const { lookup: ring, index } = world.foundations.configuration.keys
      const nirKeys = makeLookup({ ring, index }).nir(nir.number)
      const visitor = newVisitor()
      const question = await come(visitor, { person: person.id })
      if (!(await accounts.findHolder(nirKeys))) {
        const form = await visitor.submit(question, { answer: 'no' }, 'answer')
        const { birthName, password, passwordConfirmation, ...fields } = signUpFields({
          ...aPerson(),
          nir: nir.number,
          nirKey: nir.key,
        })
        await visitor.submit(form, fields, 'create-account')
      }
      const holder = await accounts.findHolder(nirKeys)
      if (holder?.status === 'active') await accounts.change(holder.id, holder.version, { status: 'suspended' }, {})
      await come(newVisitor(), { person: person.id })
    },
  }
}
