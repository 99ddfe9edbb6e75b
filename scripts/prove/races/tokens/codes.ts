/** Each code offered to every process at once: one gets the tokens, and the replay ends them, as RFC 6749 (4.1.2) asks. */
import { atLeast, is } from '../../part.ts'
import { aProvedService } from '../../world/service.ts'
import { atOnce, eventsNamed, inLanes, type Race } from '../race.ts'
import { aHolder, isRefused, isWorth, type Won, wonOf } from './holder.ts'

export const codes: Race = async arena => {
  const { world, form } = arena
  const count = form === 'short' ? 30 : 2000
  const service = await aProvedService(world)
  let redeemed = 0
  let refused = 0
  let worth = 0
  const run = await inLanes(
    arena,
    { what: 'codes', count },
    async lane => ({ holder: await aHolder(world, service, lane, { scope: 'openid email' }), former: [] as Won[] }),
    async ({ holder, former }) => {
      const granted = await holder.code()
      // the person is back, in the same session: what a replay ended must not come to life again
      for (const won of former.splice(0)) if (await isWorth(world, service, won, redeemed)) worth += 1
      const answers = await atOnce(world, server => service.redeem(server, granted))
      redeemed += answers.filter(({ status }) => status === 200).length
      refused += answers.filter(isRefused).length
      const won = wonOf(answers)
      if (won && (await isWorth(world, service, won, redeemed))) worth += 1
      if (won) former.push(won)
    },
  )
  const replays = (await eventsNamed(world, 'token.replayed')).filter(
    each => each.service === service.id && each.kind === 'code',
  )
  return [
    is('codes raced for', run, count),
    is('codes redeemed', redeemed, count),
    is('offers of codes refused (400 invalid_grant)', refused, count * (world.servers.length - 1)),
    is('replayed codes whose tokens are worth something afterwards', worth, 0),
    atLeast('replays of codes in the audit', replays.length, count),
  ]
}
