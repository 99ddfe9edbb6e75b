import { describe, expect, it } from '@jest/globals'
import { wakingStores } from '../../src/mail/waking.ts'
import { aPerson, eachHouse } from '../accounts/house.ts'
import { aJob } from '../builders/records.ts'

describe('work that is written', () => {
  const house = eachHouse()

  it('wakes the worker of its queue once it can be found, and nothing else does', async () => {
    const { stores } = house()
    const found: Promise<number>[] = []
    const woken = wakingStores(stores, queue => {
      found.push(stores.jobs.count(queue))
    })
    const cases = house().casesOver({ ...stores, ...woken })

    const id = await house().signUp(aPerson(), { over: cases })
    await cases.resend({ accountId: id })
    await cases.correct({ accountId: id, email: 'juste@exemple.fr', request: 'r' })
    await woken.jobs.finish('none', { jobs: [aJob({ queue: 'backchannelLogout' })] })
    expect(await Promise.all(found)).toEqual([1, 2, 3, 1])

    await cases.acceptTerms(id, { version: '2', hash: 'h' }, 'r')
    await cases.disown({ token: '', request: 'r' })
    expect(found).toHaveLength(4)
  })
})
