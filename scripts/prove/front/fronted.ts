/** A world behind its front, as in production: an https issuer, two processes that answer in turn. */
import { freePort } from '../../../test/support/free-port.ts'
import { makeVisitor, type Visitor } from '../../../test/support/visitor.ts'
import { openWorld, type World, type WorldSettings } from '../world/world.ts'
import { type Front, openFront } from './front.ts'

export type Fronted = {
  readonly world: World
  readonly front: Front
  /** Somebody with a browser without screen, who comes through the front. */
  visitor(headers?: { readonly [name: string]: string }): Visitor
  stop(): Promise<void>
}

export const HOST = 'compte.exemple.test'

export const openFronted = async (settings: Omit<WorldSettings, 'issuer'>): Promise<Fronted> => {
  const port = await freePort()
  const world = await openWorld({ ...settings, issuer: `https://${HOST}:${port}` })
  let turn = 0
  const upstream = (): number => {
    turn += 1
    return world.server(turn).port
  }
  const front = await openFront({ host: HOST, upstream, port })
  let visitors = 0
  return {
    world,
    front,
    visitor: (headers = {}) => {
      visitors += 1
      const network = `198.51.100.${visitors % 250}`
      return makeVisitor(world.issuer, { accept: 'text/html', 'x-test-network': network, ...headers }, front.fetch)
    },
    stop: async () => {
      await front.stop()
      await world.stop()
    },
  }
}
