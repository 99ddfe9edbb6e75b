/** One browser whose tabs are answered by one process after the other: what it sends twice at once goes to two of them. */
import { makeVisitor, type Visitor } from '../../../test/support/visitor.ts'
import type { World } from '../world/world.ts'

export const aBrowser = (world: World, network: string): Visitor => {
  let turn = 0
  return makeVisitor(world.issuer, { 'x-forwarded-for': network, accept: 'text/html' }, (url, init) => {
    turn += 1
    return world.server(turn).fetch(url, init)
  })
}
