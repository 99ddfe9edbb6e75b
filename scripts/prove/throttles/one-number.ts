/** One number guessed at from many networks, for a day; and its holder meanwhile. */
import { limits } from '../../../src/protection/limits.ts'
import { aPerson, linkOf } from '../../../test/support/people.ts'
import type { Visitor } from '../../../test/support/visitor.ts'
import { atMost, is, type Row } from '../part.ts'
import type { Member } from '../world/people.ts'
import { signInTo } from '../world/service.ts'
import { triesAllowed } from './allowed.ts'
import { anAttacker, counted, inTurns, network4, numbersFrom, verdictOf } from './attacker.ts'
import type { Attack, Ground } from './ground.ts'

const DAY = 24 * 3600
/** Tries at once, over both processes, each from another network. */
const AT_ONCE = 8
/** More than a day of waits has: where none is told, the day would never end. */
const MOST_ROUNDS = 60
/** CNIL 2022-100, where waits are what protects a short password: facts on the law in docs. */
const ADVISED_A_DAY = 25

type Tries = { readonly nir: string; readonly verdicts: string[]; compared: number; mostAtOnce: number }

/** Whether the holder gets in, now, by this browser; else what they are told to wait. */
const holderTries = async ({ service }: Ground, visitor: Visitor, member: Member): Promise<'in' | number> => {
  const form = await visitor.get(service.request({ prompt: 'login' }).url)
  const verdict = verdictOf(await visitor.submit(form, { nir: member.nir, password: member.password }, 'password'))
  if (verdict.kind === 'in') return 'in'
  if (verdict.kind === 'waits') return verdict.seconds
  throw new Error(`the holder was answered: ${verdict.kind}`)
}

/** « Mot de passe oublié », from a browser that nobody knows, while the guessing goes on. */
const wayOut = async (ground: Ground, member: Member, guessOn: () => Promise<void>): Promise<'in' | number> => {
  const { world } = ground
  const visitor = world.visitor(world.server(), '192.0.2.77')
  const asked = await visitor.get(`${world.issuer}/mot-de-passe-oublie`)
  await visitor.submit(asked, { nir: member.nir, email: member.email }, 'nir')
  const page = await visitor.get(linkOf(await world.mailTo(member.email, mail => mail.text.includes('/nouveau'))))
  const password = 'Coquelicot-Rouge-77'
  await visitor.submit(page, { password, passwordConfirmation: password }, 'password')
  await guessOn()
  return holderTries(ground, visitor, { ...member, password })
}

export const oneNumber: Attack = {
  name: 'one number',
  async run(ground): Promise<readonly Row[]> {
    const { world, service, progress, now, skip, signal } = ground
    const member = await world.enrol(aPerson())
    const known = world.visitor(world.server(), '192.0.2.1')
    await signInTo(known, service, member)
    const attacker = await anAttacker(world, service)
    const held: Tries = { nir: member.nir, verdicts: [], compared: 0, mostAtOnce: 0 }
    const free: Tries = { nir: numbersFrom()(0), verdicts: [], compared: 0, mostAtOnce: 0 }
    let networks = 0

    /** Everybody at once; says how long they are told to wait. */
    const burst = async (tries: Tries): Promise<number> => {
      const first = networks
      networks += AT_ONCE
      const answers = await inTurns(AT_ONCE, AT_ONCE, nth =>
        attacker.guess({ nir: tries.nir, password: 'Mauvais-Essai-99', network: network4(first + nth) }, nth),
      )
      const compared = counted(answers, 'compared')
      tries.verdicts.push(
        answers
          .map(({ kind }) => kind)
          .sort()
          .join(),
      )
      tries.compared += compared
      if (tries.verdicts.length > 1) tries.mostAtOnce = Math.max(tries.mostAtOnce, compared)
      return Math.max(0, ...answers.map(answer => (answer.kind === 'waits' ? answer.seconds : 0)))
    }

    let rounds = 0
    let knownIn = 0
    let newIn = 0
    let longestTold = 0
    const began = now()
    while (now() - began < DAY && rounds < MOST_ROUNDS && !signal.aborted) {
      await attacker.prepare()
      const [wait] = await Promise.all([burst(held), burst(free)])
      rounds += 1
      if ((await holderTries(ground, known, member)) === 'in') knownIn += 1
      const told = await holderTries(ground, world.visitor(world.server(rounds), '192.0.2.2'), member)
      if (told === 'in') newIn += 1
      else longestTold = Math.max(longestTold, told)
      progress(`${((now() - began) / 3600).toFixed(1)} h of 24, ${held.compared} tries let through`)
      await skip(wait)
    }

    const out = await wayOut(ground, member, async () => {
      await attacker.prepare()
      await burst(held)
    })
    const { policy } = limits.signIn
    return [
      atMost('one number, many networks: tries let through in a day', free.compared, ADVISED_A_DAY),
      is('… as many as the written waits allow', free.compared, triesAllowed(policy, DAY)),
      is('… most at once when a wait ends', free.mostAtOnce, 1),
      is(
        '… rounds answered otherwise when somebody holds the number',
        held.verdicts.slice(0, rounds).filter((verdict, i) => verdict !== free.verdicts[i]).length,
        0,
      ),
      is('holder attacked, known browser: refusals', rounds - knownIn, 0, `${rounds} sign-ins, one a round`),
      atMost('holder attacked, new browser: longest wait told', longestTold, policy.longestWait, 's'),
      {
        what: 'holder attacked, new browser: got in',
        figure: newIn,
        note: `of ${rounds}: whoever guesses without rest`,
      },
      is('holder attacked, new browser, by « mot de passe oublié »', String(out), 'in'),
    ]
  },
}
