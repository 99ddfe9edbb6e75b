/** Those who come to the counter all along: as many at the end as at the beginning, each with a browser of their own. */
import { randomInt } from 'node:crypto'
import { fictitiousNir } from '../../../src/identity/fictitious-nir.ts'
import { aPerson, type Person } from '../../../test/support/people.ts'
import type { Visitor } from '../../../test/support/visitor.ts'
import type { World } from '../world/world.ts'

export type Regular = {
  person: Person
  browser: Visitor
  /** Last of the chain, of a sign-in that asked for one. */
  refreshToken?: string | undefined
  /** When the session was last used; 0 without session. */
  usedAt: number
  recoveredAt: number
  busy: boolean
}

/** Another number each time. */
export const makeNewcomers = () => {
  let last = randomInt(1_000_000)
  return (): Person => {
    last += 1
    const { number, key } = fictitiousNir(last)
    return aPerson({ nir: number, nirKey: key, email: `p${number}@exemple.fr`.toLowerCase() })
  }
}

/** A network of its own: what holds one network back is not looked at here. */
export const aNetwork = (): string => `10.${randomInt(256)}.${randomInt(256)}.${randomInt(1, 255)}`

export const aRegular = (world: World, person: Person): Regular => ({
  person,
  browser: world.visitor(world.server(), aNetwork()),
  usedAt: 0,
  recoveredAt: 0,
  busy: false,
})

/** Somebody free who fits, drawn at random. */
export const draw = (
  regulars: readonly Regular[],
  fits: (regular: Regular) => boolean = () => true,
): Regular | undefined => {
  const from = randomInt(regulars.length)
  const turned = [...regulars.slice(from), ...regulars.slice(0, from)]
  return turned.find(regular => !regular.busy && fits(regular))
}
