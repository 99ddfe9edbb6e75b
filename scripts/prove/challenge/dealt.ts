/** Controls as a robot has them: over HTTP, from a new network each time. What each picture shows, the store alone knows. */
import type { Page, Visitor } from '../../../test/support/visitor.ts'
import { network4 } from '../throttles/attacker.ts'
import type { World } from '../world/world.ts'

export type Dealt = {
  readonly visitor: Visitor
  readonly page: Page
  readonly id: string
  /** The object asked for. */
  readonly asked: string
  /** What each picture shows: a label that somebody gives who trains the robot. */
  readonly icons: readonly string[]
  readonly answer: string
}

type Kept = { readonly icons: readonly string[]; readonly answer: string }

const FORM = '/mot-de-passe-oublie'

export const controlOn = async (world: World, visitor: Visitor, page: Page): Promise<Dealt> => {
  const id = /name="challengeId" value="([^"]+)"/.exec(page.body)?.[1] ?? ''
  const kept = (await world.foundations.stores.records.get('challenge', id)) as Kept | undefined
  if (!kept) throw new Error(`no control: ${page.status} « ${page.heading} »`)
  const { icons, answer } = kept
  return { visitor, page, id, icons, answer, asked: icons[Number(answer) - 1] ?? '' }
}

export const makeDealer = (world: World) => {
  let dealt = 0
  return async (): Promise<Dealt> => {
    dealt += 1
    const visitor = world.visitor(world.server(dealt), network4(dealt))
    return controlOn(world, visitor, await visitor.get(world.issuer + FORM))
  }
}

const BUSY = 503
const TRIES = 50

/** One picture, from the first process from the nth on that is not busy. */
export const pictureOf = async (
  world: World,
  { id }: Pick<Dealt, 'id'>,
  number: number,
  nth: number,
): Promise<Buffer> => {
  for (let tried = 0; tried < TRIES; tried += 1) {
    const answer = await world.server(nth + tried).fetch(`${world.issuer}/controle/${id}/${number}.png`, {})
    if (answer.status === 200) return Buffer.from(await answer.arrayBuffer())
    if (answer.status !== BUSY) throw new Error(`no picture: ${answer.status}`)
  }
  throw new Error('no picture: always busy')
}

/** Answers the control of a form, and whether it let the form through. */
export const answered = async ({ visitor, page, id }: Dealt, challenge: string): Promise<boolean> => {
  const nobody = { nir: '1990375111111', email: 'personne@exemple.fr' }
  const next = await visitor.submit(page, { ...nobody, challengeId: id, challenge }, 'nir')
  return next.url.endsWith('/envoye')
}
