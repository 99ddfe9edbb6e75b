/** More than the machine can do, in every way that costs nothing to whoever sends it: what can be done is, the rest is told when. */
import type { Part, PartNeeds, Row } from '../part.ts'
import { provesChallenges } from './challenges.ts'
import { provesForms } from './forms.ts'
import { provesHolding } from './holding.ts'
import { provesRefusals } from './refusals.ts'
import { provesSignIns } from './sign-ins.ts'
import { provesSignInsShort } from './sign-ins-short.ts'
import { provesSilentSmtp } from './silent-smtp.ts'

type Load = (needs: PartNeeds) => Promise<readonly Row[]>

const loads: { readonly [name: string]: { readonly short: Load; readonly long: Load } } = {
  'sign-ins': {
    short: provesSignInsShort,
    long: async needs => [
      ...(await provesRefusals(needs, { perSecond: 400, seconds: 4 })),
      ...(await provesSignIns(needs, { times: [1, 2, 5, 10], seconds: 15, people: 600 })),
    ],
  },
  forms: {
    short: needs => provesForms(needs, { people: 12, perSecond: 150, seconds: 1, times: 2 }),
    long: needs => provesForms(needs, { people: 120, perSecond: 120, seconds: 5, times: 5 }),
  },
  pictures: {
    short: needs => provesChallenges(needs, { times: [4], seconds: 1 }),
    long: needs => provesChallenges(needs, { times: [1, 2, 5, 10], seconds: 10 }),
  },
  holding: {
    short: needs => provesHolding(needs, { slow: 100, idle: 500, seconds: 1 }),
    long: needs => provesHolding(needs, { slow: 2000, idle: 10_000, seconds: 20 }),
  },
  smtp: {
    short: needs => provesSilentSmtp(needs, { mails: 6, seconds: 1 }),
    long: needs => provesSilentSmtp(needs, { mails: 200, seconds: 15 }),
  },
}

/** PROVE_LOADS=smtp,holding plays those alone. */
const wanted = process.env.PROVE_LOADS?.split(',') ?? Object.keys(loads)

export const overload: Part = {
  name: 'overload',
  title: 'beyond what the machine can do, the same is still done, and the rest is told when to come back',
  minutes: { short: 6, long: 40 },
  async run(needs) {
    const rows: Row[] = []
    for (const [name, load] of Object.entries(loads)) {
      if (needs.signal.aborted) break
      if (wanted.includes(name)) rows.push(...(await load[needs.form](needs)))
    }
    return rows
  },
}
