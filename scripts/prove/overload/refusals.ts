/** What it costs to turn somebody away: a crowd at a counter where one hash takes as long as the whole stage. */
import { fictitiousNir } from '../../../src/identity/fictitious-nir.ts'
import { atLeast, atMost, is, type PartNeeds, type Row } from '../part.ts'
import { openGround, others, prepare, signIns } from './ground.ts'

export type RefusalPlan = { readonly perSecond: number; readonly seconds: number }

/** One at a time, none waiting, for some ten seconds: whoever comes meanwhile is turned away. */
const ENDLESS = {
  GUICHET_PASSWORDS_CONCURRENCY: '1',
  GUICHET_PASSWORDS_QUEUE: '0',
  GUICHET_PASSWORDS_MEMORY: '1048576',
  GUICHET_PASSWORDS_ITERATIONS: '20',
}
const PEOPLE = 200
/** Before it is measured: what runs often has been compiled. */
const WARM_SECONDS = 1
/** What each costs is what more of them cost more: the first ten a second get their form back, and cost as much as a form. */
const FEW = 50

export const provesRefusals = async (
  { form, store, progress }: PartNeeds,
  { perSecond, seconds }: RefusalPlan,
): Promise<readonly Row[]> => {
  const ground = await openGround({ form, store }, ENDLESS)
  const { server, crowd } = ground
  try {
    // nobody of them has an account: who is turned away is not looked up
    const people = Array.from({ length: PEOPLE }, (_, nth) => {
      const { number } = fictitiousNir(nth)
      return { nir: number, password: 'Tulipe4Velo', network: `10.7.0.${nth}` }
    })
    await crowd.ask('join', people)
    await prepare(ground, PEOPLE)
    const refuse = async (perSecond: number, seconds: number) => {
      const before = Number(await server.ask('mainCpu'))
      const offered = await signIns(ground, { perSecond, seconds })
      return { offered, spent: Number(await server.ask('mainCpu')) - before }
    }
    progress(`sign-ins: ${perSecond} refusals a second`)
    const letIn = () => signIns(ground, { perSecond: 1, seconds: 1 }).catch(() => undefined)
    /** Beside a hash that has just begun: one that was begun for a stage before could end during this one. */
    const refusedBeside = async (perSecondMeasured: number) => {
      const hashing = letIn()
      await refuse(perSecond, WARM_SECONDS)
      return { ...(await refuse(perSecondMeasured, seconds)), hashing }
    }
    const few = await refusedBeside(FEW)
    await few.hashing
    const many = await refusedBeside(perSecond)
    await server.kill()
    const { offered } = many
    const each = (many.spent - few.spent) / (offered.refused.count - few.offered.refused.count)
    return [
      is('refusals: other answers', others(offered.statuses, ['503']), 0, JSON.stringify(offered.statuses)),
      is('refusals without Retry-After', offered.unfit, 0),
      atLeast('refusals', offered.refused.count, 0.9 * perSecond * seconds),
      atMost('a refusal at the door', each, 0.3, 'ms CPU', "of the server's main thread"),
    ]
  } finally {
    await ground.close()
  }
}
