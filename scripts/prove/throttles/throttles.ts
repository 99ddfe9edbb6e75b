/** Who guesses, floods and pesters: what got through, and what those who are attacked felt. */
import type { Form, Part, Row } from '../part.ts'
import { played } from './ground.ts'
import { mails } from './mails.ts'
import { botnet, controlled, manyNumbers } from './many-numbers.ts'
import { oneNumber } from './one-number.ts'

const attacks = (form: Form) => [oneNumber, manyNumbers(form), controlled(form), mails, botnet]

export const throttles: Part = {
  name: 'throttles',
  title: 'whoever guesses or pesters is slowed down, and nobody else is',
  minutes: { short: 6, long: 30 },
  async run(needs) {
    const rows: Row[] = []
    for (const attack of attacks(needs.form)) {
      if (needs.signal.aborted) break
      rows.push(...(await played(attack, needs)))
    }
    return rows
  },
}
