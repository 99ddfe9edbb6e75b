/** Time that a parser takes on a text ten times longer: about ten times as much, whatever the text, or it is a way to stop us. */
import { accountOfToken } from '../../../src/accounts/links.ts'
import { parseAddress } from '../../../src/identity/address-form.ts'
import { normaliseEmail, parseEmail } from '../../../src/identity/email.ts'
import { suggestEmail } from '../../../src/identity/email-suggestion.ts'
import { parseNir, parseNirForSignIn } from '../../../src/identity/nir.ts'
import { parsePersonName } from '../../../src/identity/person-name.ts'
import { parseTelephone } from '../../../src/identity/telephone.ts'
import { clientNetwork } from '../../../src/protection/network.ts'
import { makeCheckPassword } from '../../../src/protection/password-policy.ts'
import { parseForm } from '../../../src/web/kit/body.ts'
import { rangeOf } from '../../../src/web/kit/ranges.ts'
import { atMost, type Row } from '../part.ts'

const checkPassword = makeCheckPassword()

const parsers: { readonly [name: string]: (text: string) => unknown } = {
  form: text => parseForm(`a=${text}`),
  'names of a form': text => parseForm(text),
  number: text => parseNir({ number: text, key: text }),
  'number at sign-in': parseNirForSignIn,
  name: parsePersonName,
  email: parseEmail,
  'email, normalised': normaliseEmail,
  'email, suggested': suggestEmail,
  telephone: parseTelephone,
  // each alone: a form holds 64 KiB in all
  'street of an address': text => parseAddress({ abroad: false, streetName: text }),
  'town of an address': text => parseAddress({ abroad: false, city: text }),
  'number of an address': text => parseAddress({ abroad: false, houseNumber: text }),
  password: text => checkPassword(text, { names: [text], email: text, nir: text }),
  network: text => clientNetwork({ kind: 'hops', hops: 99 }, '127.0.0.1', text),
  range: text => rangeOf(`bytes=${text}`, 1000),
  link: accountOfToken,
}

/** Beginnings and repetitions that make careless expressions look everywhere. */
const seeds = [
  'a',
  ' ',
  '-',
  '1',
  '.',
  'a.',
  '@',
  'a@',
  "'",
  '\u00a0',
  '\u0301',
  'a\u0301',
  '\u0301\u0323',
  '\u0301\u200b\u0323\u200b',
  '\u0301\uff9e',
  '0 ',
  '+33',
  '(0)',
  '1,',
  '%41',
  '&',
  'é',
  '\ud83d\ude00',
  '\u200b',
]

/** What no form lets through reaches no parser. */
const letThrough = (text: string): boolean => parseForm(`a=${encodeURIComponent(text)}`) !== undefined

const SHORT = 4000
const TIMES = 10
/** Linear is ten. A square is a hundred. */
const MOST = 40
/** Below that many ms a clock tells nothing. */
const NOTHING = 0.5

const fastest = (parse: (text: string) => unknown, text: string, tries = 5): number =>
  Math.min(
    ...Array.from({ length: tries }, () => {
      const start = performance.now()
      parse(text)
      return performance.now() - start
    }),
  )

export const growthRows = (): readonly Row[] => {
  const grown = Object.entries(parsers).flatMap(([name, parse]) =>
    seeds
      .filter(seed => letThrough(seed.repeat(SHORT)))
      .map(seed => {
        const text = (length: number): string => `${seed.repeat(Math.ceil(length / seed.length))}!`
        const ratioOf = (tries: number) => {
          const [short, long] = [fastest(parse, text(SHORT), tries), fastest(parse, text(SHORT * TIMES), tries)]
          return { name, seed, long, ratio: long < NOTHING ? 0 : long / Math.max(short, NOTHING / TIMES) }
        }
        const first = ratioOf(5)
        // a machine that does something else meanwhile: what is slow by itself stays so
        return first.ratio > MOST ? ratioOf(50) : first
      }),
  )
  const worst = grown.reduce((one, other) => (other.ratio > one.ratio ? other : one))
  const slowest = grown.reduce((one, other) => (other.long > one.long ? other : one))
  return [
    { what: 'parsers, each on texts that grow', figure: Object.keys(parsers).length },
    atMost(
      'time of a parser when its text is ten times longer',
      worst.ratio,
      MOST,
      '×',
      `${worst.name}, « ${worst.seed} »`,
    ),
    {
      what: `slowest parser, ${SHORT * TIMES} characters`,
      figure: slowest.long,
      unit: 'ms',
      note: `${slowest.name}, « ${slowest.seed} »`,
    },
  ]
}
