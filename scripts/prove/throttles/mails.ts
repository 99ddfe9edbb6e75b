/** Recovery and activation asked for endlessly, by a stranger who knows somebody's number and address. */
import { randomInt } from 'node:crypto'
import { limits } from '../../../src/protection/limits.ts'
import { aPerson, linkOf, type Person, signUp } from '../../../test/support/people.ts'
import type { Visitor } from '../../../test/support/visitor.ts'
import { waitFor } from '../../../test/support/wait.ts'
import { atMost, is, type Row } from '../part.ts'
import { signInTo } from '../world/service.ts'
import { inTurns, network4 } from './attacker.ts'
import type { Attack, Ground } from './ground.ts'

const DAY = 24 * 3600
const DRAINED_MS = 30_000

const waiting = ({ world }: Ground): Promise<number> => world.foundations.stores.jobs.count('mail')

/** Until every mail that was asked for has left or been dropped. */
const settled = (ground: Ground): Promise<true> =>
  waitFor(async () => ((await waiting(ground)) === 0 ? true : undefined), DRAINED_MS)

const ask = async (ground: Ground, visitor: Visitor, { nir, email }: Pick<Person, 'nir' | 'email'>) => {
  const form = await visitor.get(`${ground.world.issuer}/mot-de-passe-oublie`)
  return visitor.submit(form, { nir, email }, 'nir')
}

/** The same by somebody who has one network: its owner, on another, still gets a mail. */
const fromOneNetwork = async (ground: Ground): Promise<readonly Row[]> => {
  const { world, skip, form } = ground
  const network = '198.51.100.7'
  const got = (address: string) => world.mailbox.mails.filter(({ to }) => to === address).length
  const address = `voisin${randomInt(1_000_000)}@exemple.fr`
  const signUps = form === 'short' ? 6 : 30
  await inTurns(signUps, 5, async nth =>
    signUp(world.visitor(world.server(nth), network), world, aPerson({ email: address })),
  )
  await settled(ground)
  const bySignUps = got(address)
  await signUp(world.visitor(world.server(), '192.0.2.6'), world, aPerson({ email: address }))
  await settled(ground)

  const member = await world.enrol(aPerson())
  const asks = form === 'short' ? 8 : 40
  for (let nth = 0; nth < asks; nth += 1) {
    await ask(ground, world.visitor(world.server(nth), network), member)
    await settled(ground)
    await skip(601)
  }
  const byAsking = got(member.email)
  await ask(ground, world.visitor(world.server(), '192.0.2.6'), member)
  await settled(ground)
  return [
    atMost(
      'sign-ups with one address by one network: mails to it',
      bySignUps,
      limits.mailAddressNetwork.policy.max,
      '',
      `${signUps} sign-ups`,
    ),
    is('… then a sign-up by its owner, on another network: mails', got(address) - bySignUps, 1),
    atMost(
      'recovery asked for endlessly by one network: mails',
      byAsking,
      limits.recoveryMailNetwork.policy.max,
      '',
      `${asks} asked`,
    ),
    is('… then asked by the holder, new browser on another network: mails', got(member.email) - byAsking, 1),
  ]
}

export const mails: Attack = {
  name: 'mails',
  async run(ground): Promise<readonly Row[]> {
    const { world, service, form, progress, skip, signal } = ground
    const stranger = (nth: number) => world.visitor(world.server(nth), network4(nth))
    const got = (address: string) => world.mailbox.mails.filter(({ to }) => to === address).length

    const member = await world.enrol(aPerson())
    const known = world.visitor(world.server(), '192.0.2.1')
    await signInTo(known, service, member)
    await settled(ground)
    const before = got(member.email)

    // another network each time, all day long
    const asks = form === 'short' ? 12 : 288
    for (let nth = 0; nth < asks && !signal.aborted; nth += 1) {
      await ask(ground, stranger(nth), member)
      await settled(ground)
      await skip(DAY / asks / 2) // half a day: what is counted must still stand
      progress(`recovery asked ${nth + 1} times of ${asks}`)
    }
    const byStranger = got(member.email) - before

    await ask(ground, world.visitor(world.server(), '192.0.2.3'), member)
    await settled(ground)
    const byNewBrowser = got(member.email) - before - byStranger
    // the last mail that the stranger had sent: its link has expired, and offers another
    const last = world.mailbox.mails.findLast(({ to }) => to === member.email)
    const reader = world.visitor(world.server(), '192.0.2.5')
    if (last) await reader.submit(await reader.get(linkOf(last)), {}, 'new-link')
    await settled(ground)
    const byReader = got(member.email) - before - byStranger - byNewBrowser
    await ask(ground, known, member)
    await settled(ground)
    const byKnown = got(member.email) - before - byStranger - byNewBrowser - byReader
    for (let nth = 0; nth < 10; nth += 1) {
      await skip(601)
      await ask(ground, known, member)
      await settled(ground)
    }
    const inAll = got(member.email) - before

    const flood = limits.recoveryNetwork.policy.max + 40
    const nobody = aPerson()
    const flooded = await inTurns(flood, 20, async nth =>
      ask(ground, world.visitor(world.server(nth), '192.0.2.9'), nobody),
    )
    await settled(ground)

    // sign-ups with somebody else's address, each on another number, from another network
    const address = `voisine${randomInt(1_000_000)}@exemple.fr`
    const signUps = form === 'short' ? 10 : 60
    await inTurns(signUps, 5, async nth => signUp(stranger(1000 + nth), world, aPerson({ email: address })))
    await settled(ground)
    const bySignUps = got(address)
    await signUp(world.visitor(world.server(), '192.0.2.4'), world, aPerson({ email: address }))
    await settled(ground)
    const byOwner = got(address) - bySignUps

    // the owner says in one of these mails « Je n'ai rien demandé », then signs up
    const unasked = world.mailbox.mails.find(({ to }) => to === address)
    const owner = world.visitor(world.server(), '192.0.2.4')
    if (unasked) await owner.submit(await owner.get(linkOf(unasked)), { action: 'disown' }, 'disown')
    await signUp(owner, world, aPerson({ email: address }))
    await settled(ground)
    const afterDisowning = got(address) - bySignUps - byOwner

    const one = await fromOneNetwork(ground)

    const recovery = limits.recovery.policy.max
    return [
      atMost(
        'recovery asked for endlessly: mails to the holder in half a day',
        byStranger,
        recovery,
        '',
        `${asks} asked`,
      ),
      {
        what: '… then asked by the holder, new browser: mails',
        figure: byNewBrowser,
        note: 'none from many networks; the next row is their way in',
      },
      is('… then asked by the holder, from the last mail that the stranger caused: mails', byReader, 1),
      is('… then asked by the holder, known browser: mails', byKnown, 1),
      atMost('… and in all, the holder asking endlessly too', inAll, 2 * recovery + byReader),
      is(
        'recovery asked for by one network in an hour: answered',
        flooded.filter(({ status }) => status === 200).length,
        limits.recoveryNetwork.policy.max,
        `of ${flood}; each leaves one mail to decide upon`,
      ),
      atMost(
        'sign-ups with one address: mails to it',
        bySignUps,
        limits.mailAddress.policy.max,
        '',
        `${signUps} sign-ups`,
      ),
      {
        what: "… then its owner's own sign-up: mails",
        figure: byOwner,
        note: 'none from many networks; the next row is their way in',
      },
      is('… once the owner has said « Je n’ai rien demandé » in one of them: mails', afterDisowning, 1),
      ...one,
    ]
  },
}
