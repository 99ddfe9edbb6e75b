/** PAR: a request pushed beforehand is worth one answer, in however many tabs its request_uri is opened. */
import type { Page } from '../../../../test/support/visitor.ts'
import { is } from '../../part.ts'
import { aProvedService, codeOf } from '../../world/service.ts'
import { atOnce, inLanes, type Race, tally } from '../race.ts'
import { aHolder } from './holder.ts'

const outcomeOf = (page: Page): string => {
  if (codeOf(page)) return 'code'
  return page.status === 400 ? 'page' : (new URL(page.url).searchParams.get('error') ?? page.heading)
}

export const pushedRequests: Race = async arena => {
  const { world, form } = arena
  const count = form === 'short' ? 20 : 500
  const service = await aProvedService(world, { name: 'Prêt de tondeuses' })
  const outcomes: string[] = []
  const run = await inLanes(
    arena,
    { what: 'pushed requests', count },
    lane => aHolder(world, service, lane, { scope: 'openid' }),
    async holder => {
      const { url } = service.request()
      const { body } = await service.call(world.server(), '/request', Object.fromEntries(new URL(url).searchParams))
      const query = new URLSearchParams({ client_id: service.id, request_uri: String(body.request_uri) })
      const pages = await atOnce(world, server => holder.opens(server, `${world.issuer}/authorize?${query}`))
      outcomes.push(...pages.map(outcomeOf))
    },
  )
  const counts = tally(outcomes)
  const { page = 0, invalid_request_uri: told = 0 } = counts
  const refusals = count * (world.servers.length - 1)
  return [
    is('pushed requests raced for', run, count),
    is('pushed requests answered by a code', counts.code ?? 0, count),
    // before the request is known a page says so, after it the service is told
    is('pushed requests refused (400 page, or invalid_request_uri)', page + told, refusals, `${page} and ${told}`),
  ]
}
