/** A few hundred sign-ins at once, hashes light: nobody is answered otherwise than in or told when to come back, nobody is lost. */
import { atLeast, is, type PartNeeds, type Row } from '../part.ts'
import type { Offered } from './crowd.ts'
import { givePages, openGround, others, prepare, read, signIns } from './ground.ts'

const PEOPLE = 50
/** So little that most are turned away, seven times each and more: five tries are free. */
const LITTLE = {
  GUICHET_PASSWORDS_CONCURRENCY: '1',
  GUICHET_PASSWORDS_QUEUE: '2',
  GUICHET_PASSWORDS_MEMORY: '32768',
  GUICHET_PASSWORDS_ITERATIONS: '3',
}

export const provesSignInsShort = async ({ form, store, progress }: PartNeeds): Promise<readonly Row[]> => {
  const ground = await openGround({ form, store }, LITTLE)
  try {
    await ground.join(PEOPLE)
    await givePages(ground)
    progress('sign-ins: people open their forms')
    await prepare(ground, PEOPLE)
    progress('sign-ins: all at once, several times')
    const [offered, pages] = await Promise.all([
      signIns(ground, { perSecond: 600, seconds: 1 }),
      read(ground, { perSecond: 20, seconds: 1 }),
    ])
    const left = PEOPLE - offered.done.count
    progress('sign-ins: those who were turned away come back')
    const later = (await ground.crowd.ask('closedLoop', 2)) as Offered
    return [
      is(
        'answers neither a sign-in nor a 503',
        others(offered.statuses, ['303', '503']),
        0,
        JSON.stringify(offered.statuses),
      ),
      atLeast('signed in meanwhile', offered.done.count, 1),
      atLeast('turned away', offered.refused.count, 1),
      is('refusals without Retry-After', offered.unfit, 0),
      is('pages that were not given', others(pages.statuses, ['200']), 0),
      is('turned away, then signed in by the same form', later.done.count, left, JSON.stringify(later.statuses)),
    ]
  } finally {
    await ground.close()
  }
}
