/** Many numbers from one network, and a botnet whose every member tries a little. */
import { SITE_NETWORKS } from '../../../src/protection/by-network.ts'
import { limits } from '../../../src/protection/limits.ts'
import { aPerson } from '../../../test/support/people.ts'
import { atLeast, atMost, is, type Row } from '../part.ts'
import { triesAllowed } from './allowed.ts'
import { anAttacker, counted, inTurns, network4, network6, numbersFrom } from './attacker.ts'
import { aCommonPassword, commonPasswordsAllowed } from './common.ts'
import type { Attack, Ground } from './ground.ts'

const AT_ONCE = 16
const HOUR = 3600
const BEYOND = 40

const inShort = (form: Ground['form'], short: number, long: number): number => (form === 'short' ? short : long)

/** So many tries an hour for one network: what the operator sets, small in the short form. */
const manyNumbersUpTo = (max: number): Attack => ({
  name: 'many numbers',
  settings: { GUICHET_NETWORK_SIGN_IN_REFUSAL: String(max) },
  async run({ world, service, form, skip, progress }): Promise<readonly Row[]> {
    const attacker = await anAttacker(world, service)
    const numbers = numbersFrom()
    let used = 0
    const guess = (network: string) => (nth: number) =>
      attacker.guess({ nir: numbers(used + nth), password: aCommonPassword(nth), network }, nth)
    const fire = async (network: string, count: number) => {
      const verdicts = await inTurns(count, AT_ONCE, guess(network), done => progress(`${done} of ${count}`))
      used += count
      return verdicts
    }
    const first = await fire('192.0.2.9', max + BEYOND)
    const other = await fire('192.0.2.10', 1)
    await skip(HOUR)
    await attacker.prepare()
    const next = form === 'long' ? await fire('192.0.2.9', max + BEYOND) : undefined
    return [
      atMost('one network, many numbers: tries let through in an hour', counted(first, 'compared'), max),
      atLeast('… the others told to wait', counted(first, 'waits'), BEYOND),
      is('… a neighbour let through', counted(other, 'compared'), 1),
      ...(next ? [atMost('… let through in the next hour', counted(next, 'compared'), max)] : []),
    ]
  },
})

export const manyNumbers = (form: Ground['form']): Attack =>
  manyNumbersUpTo(inShort(form, 60, limits.signInNetwork.policy.max))

/** Beyond so many tries in an hour, the control against robots. */
const controlledAbove = (max: number): Attack => ({
  name: 'control',
  settings: { GUICHET_CHALLENGE: 'picture', GUICHET_NETWORK_SIGN_IN_CHALLENGE: String(max) },
  async run({ world, service }): Promise<readonly Row[]> {
    const attacker = await anAttacker(world, service)
    const numbers = numbersFrom()
    const verdicts = await inTurns(max * 5, 60, nth =>
      attacker.guess({ nir: numbers(nth), password: aCommonPassword(nth), network: '192.0.2.9' }, nth),
    )
    // as many as stay under every /64's own limit
    const networks = SITE_NETWORKS + 4
    const spread = await inTurns(networks * max, AT_ONCE, nth =>
      attacker.guess(
        { nir: numbers(200 + nth), password: aCommonPassword(nth), network: network6(nth % networks) },
        nth,
      ),
    )
    return [
      atMost('one network, 60 tries at a time: let through before the control', counted(verdicts, 'compared'), max),
      atMost(
        `one IPv6 /48, ${max} tries from each of ${networks} of its /64: let through before the control`,
        counted(spread, 'compared'),
        max * SITE_NETWORKS,
        '',
        `of ${spread.length}`,
      ),
    ]
  },
})

export const controlled = (form: Ground['form']): Attack =>
  controlledAbove(inShort(form, 5, limits.signInNetworkChallenge.policy.max))

const PASSWORDS_EACH = 3

export const botnet: Attack = {
  name: 'botnet',
  async run({ world, service, form, now, progress, signal }): Promise<readonly Row[]> {
    const attacker = await anAttacker(world, service)
    const networks = inShort(form, 60, 10_000)
    const tries = networks * PASSWORDS_EACH
    const shown = (what: string) => (done: number) => progress(`${what}, ${done} of ${tries}`)
    const { policy } = limits.signIn

    const { nir } = await world.enrol(aPerson())
    const began = now()
    const onOne = await inTurns(
      tries,
      AT_ONCE,
      nth => attacker.guess({ nir, password: aCommonPassword(nth), network: network4(nth % networks) }, nth),
      shown('one number'),
      signal,
    )
    const seconds = now() - began

    await attacker.prepare()
    const numbers = numbersFrom()
    const spread = await inTurns(
      tries,
      AT_ONCE,
      // each number thrice, from three networks
      nth => {
        const password = aCommonPassword(Math.floor(nth / networks))
        return attacker.guess({ nir: numbers(nth % networks), password, network: network4((nth * 7) % networks) }, nth)
      },
      shown('as many numbers'),
      signal,
    )
    const allowed = commonPasswordsAllowed()
    return [
      is('botnet: tries made', onOne.length + spread.length, 2 * tries),
      atMost(
        `${networks} networks, 3 passwords each, one number: let through`,
        counted(onOne, 'compared'),
        triesAllowed(policy, seconds),
        '',
        `of ${onOne.length}, in ${seconds.toFixed(0)} s`,
      ),
      is('… accounts opened', counted(onOne, 'in'), 0),
      {
        what: `${networks} networks, 3 passwords each, as many numbers: let through`,
        figure: counted(spread, 'compared'),
        note: `of ${spread.length}: three a number and three a network, under every limit; what stops it is the next row`,
      },
      is(
        'passwords that people choose most, dressed up, that may be chosen here',
        allowed.allowed,
        0,
        `of ${allowed.of}`,
      ),
    ]
  },
}
