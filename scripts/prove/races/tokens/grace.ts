/**
 * Where a grace is set (GUICHET_LIFETIME_REFRESH_GRACE), a client that lost the answer may ask again: its own refresh token,
 * offered to every process at once, is answered by the very same tokens, for those seconds.
 */
import { atLeast, is } from '../../part.ts'
import { aProvedService, type Tokens } from '../../world/service.ts'
import { openWorld } from '../../world/world.ts'
import { atOnce, eventsNamed, inLanes, type Race } from '../race.ts'
import { aHolder, aRefreshToken, isRefused, isWorth, wonOf } from './holder.ts'

const OFFLINE = { scope: 'openid email offline_access', prompt: 'consent' }
const GRACE_S = 5

const tokensOf = ({ body }: Tokens): string => [body.access_token, body.refresh_token, body.id_token].join(' ')

/** A Guichet of their own: the others' clocks were moved by other races, and would remove what is theirs as too old. */
export const grace: Race = async arena => {
  const world = await openWorld({
    store: arena.store,
    processes: arena.world.servers.length,
    settings: { GUICHET_LIFETIME_REFRESH_GRACE: `${GRACE_S} s` },
  })
  return withGrace({ ...arena, world }).finally(world.stop)
}

const withGrace: Race = async arena => {
  const { world } = arena
  const count = arena.form === 'short' ? 12 : 500
  const service = await aProvedService(world, { name: 'Herbier des talus' })
  const seen = { same: 0, refused: 0, worth: 0 }
  const others: string[] = []
  const replays = async (): Promise<number> =>
    (await eventsNamed(world, 'token.replayed')).filter(each => each.service === service.id).length

  const start = async (lane: number) => {
    const holder = await aHolder(world, service, lane, OFFLINE)
    return async () => aRefreshToken(holder, service, world.server(lane))
  }
  const run = await inLanes(arena, { what: 'refresh tokens within their grace', count }, start, async aToken => {
    const token = await aToken()
    const answers = await atOnce(world, server => service.refresh(server, token))
    if (answers.every(({ status }) => status === 200) && new Set(answers.map(tokensOf)).size === 1) seen.same += 1
    else others.push(answers.map(({ status, body }) => `${status} ${body.error ?? 'tokens'}`).join(' '))
    seen.refused += answers.filter(isRefused).length
    const won = wonOf(answers)
    if (won && (await isWorth(world, service, won, seen.same))) seen.worth += 1
  })
  const within = await replays()

  // once the seconds are over, the same offer is a replay
  const late = await start(0)
  const token = await late()
  const answers = await atOnce(world, server => service.refresh(server, token))
  for (const server of world.servers) await server.advance(GRACE_S + 1)
  const offers = await atOnce(world, server => service.refresh(server, token))
  const won = wonOf(answers)
  return [
    is('refresh tokens raced for within their grace', run, count),
    is('answered by the very same tokens, four times', seen.same, count, [...new Set(others)].slice(0, 3).join(' / ')),
    is('offers within the grace that were refused', seen.refused, 0),
    is('whose tokens are worth something', seen.worth, count),
    is('replays in the audit meanwhile', within, 0),
    is('offers after the grace refused (400 invalid_grant)', offers.filter(isRefused).length, world.servers.length),
    is('whose tokens are worth something after that', won && (await isWorth(world, service, won, 0)) ? 1 : 0, 0),
    atLeast('and their replays in the audit', await replays(), 1),
  ]
}
