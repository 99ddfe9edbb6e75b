/** Four processes on one store, and the same thing asked of them at once: exactly one gets it. */
import { aPerson } from '../../../test/support/people.ts'
import { is, type Part, type Row } from '../part.ts'
import { aProvedService, signInTo } from '../world/service.ts'
import { openWorld, type World } from '../world/world.ts'

const PROCESSES = 4

const codes = async (world: World, count: number, progress: (line: string) => void): Promise<readonly Row[]> => {
  const service = await aProvedService(world)
  const member = await world.enrol(aPerson())
  const visitor = world.visitor(world.server())
  let redeemed = 0
  let refused = 0
  for (let done = 0; done < count; done += 1) {
    const granted = await signInTo(visitor, service, member)
    const answers = await Promise.all(world.servers.map(server => service.redeem(server, granted)))
    redeemed += answers.filter(({ status }) => status === 200).length
    refused += answers.filter(({ status, body }) => status === 400 && body.error === 'invalid_grant').length
    progress(`codes ${done + 1} of ${count}`)
  }
  return [is('codes redeemed', redeemed, count), is('offers refused', refused, count * (PROCESSES - 1))]
}

export const races: Part = {
  name: 'races',
  title: 'the same thing asked of several processes at once is given once',
  minutes: { short: 2, long: 30 },
  async run({ form, store, progress }) {
    const world = await openWorld({ store, processes: PROCESSES })
    try {
      return await codes(world, form === 'short' ? 25 : 2000, progress)
    } finally {
      await world.stop()
    }
  },
}
