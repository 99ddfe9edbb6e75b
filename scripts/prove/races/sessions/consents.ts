/** Two tabs of one session at the consent pages of two services, or of the same one: both services get their answer, both consents stand. */
import { aPerson } from '../../../../test/support/people.ts'
import { atLeast, is } from '../../part.ts'
import { aProvedService, codeOf, signInTo } from '../../world/service.ts'
import { eventsNamed, inLanes, type Race } from '../race.ts'
import { aBrowser } from '../tabs.ts'

export const consents: Race = async arena => {
  const { world, form } = arena
  const count = form === 'short' ? 4 : 100
  const first = await aProvedService(world, { name: 'Relevé des mares' })
  const aService = (name: string) => aProvedService(world, { name, firstParty: false })
  const [one, other] = [await aService('Bourse aux bulbes'), await aService('Club des hérissons')]
  // two services, one service twice, and one that asks for different things: the session has one Grant of it, the later one
  const asked = [
    {
      name: 'two',
      tabs: [
        { service: one, scope: 'openid email' },
        { service: other, scope: 'openid phone' },
      ],
    },
    {
      name: 'same',
      tabs: [
        { service: one, scope: 'openid email profile' },
        { service: one, scope: 'openid email profile' },
      ],
    },
    {
      name: 'other',
      tabs: [
        { service: one, scope: 'openid email phone' },
        { service: one, scope: 'openid email address' },
      ],
    },
  ] as const
  const seen = { codes: 0, both: 0, union: 0 }
  const tokens = { two: 0, same: 0, other: 0 }
  const lost: string[] = []

  const run = await inLanes(
    arena,
    { what: 'consents of two tabs', count, lanes: 4 },
    async lane => lane,
    async lane => {
      const member = await world.enrol(aPerson())
      const browser = aBrowser(world, `192.0.2.${lane + 101}`)
      await signInTo(browser, first, member)
      const { consents } = world.foundations.stores
      for (const { name, tabs } of asked) {
        const requests = tabs.map(({ service, scope }) => ({ service, ...service.request({ scope }) }))
        const pages = []
        for (const { url } of requests) pages.push(await browser.get(url))
        const answers = await Promise.all(pages.map(page => browser.submit(page, { action: 'allow' }, 'allow')))
        for (const [at, { service, verifier }] of requests.entries()) {
          const answer = answers[at]
          const code = answer && codeOf(answer)
          if (code === undefined) lost.push(`${answer?.status} ${answer?.heading}`)
          else {
            seen.codes += 1
            if ((await service.redeem(world.server(at), { code, verifier })).status === 200) tokens[name] += 1
          }
        }
        if (name === 'two' && (await consents.list(member.id)).length === 2) seen.both += 1
      }
      const given = await consents.find(member.id, one.id)
      if (['openid', 'email', 'profile', 'phone', 'address'].every(scope => given?.scopes.includes(scope)))
        seen.union += 1
    },
  )
  const given = (await eventsNamed(world, 'consent.given')).filter(({ service }) =>
    [one.id, other.id].includes(service),
  )
  return [
    is('sessions with two consents at once, three times', run, count),
    is('codes had after a consent', seen.codes, 6 * count, [...new Set(lost)].join(', ')),
    is('redeemed, of two services', tokens.two, 2 * count),
    is('redeemed, of one service asked twice', tokens.same, 2 * count),
    atLeast('redeemed, of one service that asks for different things', tokens.other, count),
    is('consents to two services, both kept', seen.both, count),
    is('consents to one service, added up', seen.union, count),
    is('consents in the audit', given.length, 6 * count),
  ]
}
