/**
 * Each refresh token offered to every process at once: one gets the next one, and the replay ends the chain for everybody,
 * as RFC 9700 (4.14.2) asks: who was first may be the thief.
 */
import { atLeast, is } from '../../part.ts'
import { aProvedService } from '../../world/service.ts'
import { atOnce, eventsNamed, inLanes, type Race } from '../race.ts'
import { aHolder, aRefreshToken, isRefused, isWorth, type Won, wonOf } from './holder.ts'

const OFFLINE = { scope: 'openid email offline_access', prompt: 'consent' }

export const refreshTokens: Race = async arena => {
  const { world, form } = arena
  const count = form === 'short' ? 30 : 2000
  const service = await aProvedService(world, { name: 'Registre des nichoirs' })
  let rotated = 0
  let refused = 0
  let worth = 0
  const run = await inLanes(
    arena,
    { what: 'refresh tokens', count },
    async lane => ({ holder: await aHolder(world, service, lane, OFFLINE), former: [] as Won[] }),
    async ({ holder, former }) => {
      const token = await aRefreshToken(holder, service, world.server(rotated))
      // the person is back, in the same session: what a replay ended must not come to life again
      for (const won of former.splice(0)) if (await isWorth(world, service, won, rotated)) worth += 1
      const answers = await atOnce(world, server => service.refresh(server, token))
      rotated += answers.filter(({ status }) => status === 200).length
      refused += answers.filter(isRefused).length
      const won = wonOf(answers)
      if (won && (await isWorth(world, service, won, rotated))) worth += 1
      if (won) former.push(won)
    },
  )
  const replays = (await eventsNamed(world, 'token.replayed')).filter(
    each => each.service === service.id && each.kind === 'refreshToken',
  )
  return [
    is('refresh tokens raced for', run, count),
    is('refresh tokens rotated', rotated, count),
    is('offers of refresh tokens refused (400 invalid_grant)', refused, count * (world.servers.length - 1)),
    is('replayed chains worth something afterwards', worth, 0),
    atLeast('replays of refresh tokens in the audit', replays.length, count),
  ]
}
