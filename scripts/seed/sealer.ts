/** The child of sealers.ts: makes accounts under the keys of its settings. */
import { requireConfiguration } from '../../src/config/start.ts'
import { answerParent } from '../processes/child.ts'
import { type MakeAccount, makeAccounts } from './people.ts'

type Asked = { readonly from: number; readonly to: number; readonly now: Date }

// stopped by hand, all of a terminal's processes are told: this one ends with its parent, who writes what it has made
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined)

const configuration = await requireConfiguration(process.env)
let make: MakeAccount | undefined

answerParent({
  make: async ({ from, to, now }: Asked) => {
    make ??= await makeAccounts(configuration, now)
    return Promise.all(Array.from({ length: to - from }, (_, at) => make?.(from + at)))
  },
})
