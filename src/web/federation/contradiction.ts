import type { Context } from 'koa'
import { ambientOf } from '../../operations/ambient.ts'
import type { Fault } from '../views/models.ts'
import type { Waiting } from './arrivals.ts'
import type { Upstreams } from './upstreams.ts'

/** A number that says another birth than the upstream: first the person's own check is asked for, then a human's. */
export const contradictionFault = (
  ctx: Context,
  { upstreams }: { readonly upstreams: Upstreams },
  { arrival, contradictions }: Pick<Waiting, 'arrival' | 'contradictions'>,
): Fault<'nir'> => {
  const { language, requestId } = ambientOf(ctx.req)
  if (contradictions === 0) {
    return {
      field: 'nir',
      key: 'fault.nir.contradicts',
      params: { label: upstreams.label(arrival.upstream, language) },
    }
  }
  return { field: 'nir', key: 'fault.nir.contradictsAgain', params: { id: requestId } }
}
