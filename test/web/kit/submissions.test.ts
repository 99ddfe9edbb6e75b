import { describe, expect, it } from '@jest/globals'
import { StoreAway } from '../../../src/stores/contracts.ts'
import { makeSubmissions } from '../../../src/web/kit/submissions.ts'

const form = { fields: { _token: 'a-token' }, formId: 'a-form', stale: false }

const onRecords = (remove: () => Promise<void>) =>
  makeSubmissions({
    records: { putNew: async () => 'put', put: async () => undefined, get: async () => undefined, remove },
    clock: () => new Date(),
    desk: { error: () => undefined },
  })

describe('a form sent while the store goes away', () => {
  it('is answered when what it asks is done, though its turn could not be given back', async () => {
    let done = false
    const submissions = onRecords(() => Promise.reject(new StoreAway('away')))
    await submissions.click(form, async () => {
      done = true
    })
    expect(done).toBe(true)
  })

  it('is turned away at once, not after as long again', async () => {
    const submissions = onRecords(() => new Promise(() => undefined))
    const asked = submissions.click(form, async () => {
      throw new StoreAway('away while at it')
    })
    await expect(asked).rejects.toThrow('away while at it')
  })
})
