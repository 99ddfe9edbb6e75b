/** Recovery and activation asked for endlessly, by a stranger who knows somebody's number and address. */
import { randomInt } from 'node:crypto'
import { limits } from '../../../src/protection/limits.ts'
import { aPerson, type Person, signUp } from '../../../test/support/people.ts'
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
    await ask(ground, known, member)
    await settled(ground)
    const byKnown = got(member.email) - before - byStranger - byNewBrowser
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
        note: 'the last link lives an hour',
      },
      is('… then asked by the holder, known browser: mails', byKnown, 1),
      atMost('… and in all, the holder asking endlessly too', inAll, 2 * recovery),
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
        figure: got(address) - bySignUps,
        note: 'none until the day ends',
      },
    ]
  },
}
