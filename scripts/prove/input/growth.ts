/** Time that a parser takes on a text ten times longer: about ten times as much, whatever the text, or it is a way to stop us. */
import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import Koa from 'koa'
import { accountOfToken } from '../../../src/accounts/links.ts'
import { parseAddress } from '../../../src/identity/address-form.ts'
import { normaliseEmail, parseEmail } from '../../../src/identity/email.ts'
import { suggestEmail } from '../../../src/identity/email-suggestion.ts'
import { parseNir, parseNirForSignIn } from '../../../src/identity/nir.ts'
import { parsePersonName } from '../../../src/identity/person-name.ts'
import { parseTelephone } from '../../../src/identity/telephone.ts'
import { makeFormTokens } from '../../../src/protection/form-tokens.ts'
import { clientNetwork } from '../../../src/protection/network.ts'
import { makeCheckPassword } from '../../../src/protection/password-policy.ts'
import { makeSealedCookies } from '../../../src/protection/sealed-cookie.ts'
import { parseForm } from '../../../src/web/kit/body.ts'
import { makeCookies } from '../../../src/web/kit/cookies.ts'
import { rangeOf } from '../../../src/web/kit/ranges.ts'
import { chosenLanguage } from '../../../src/web/middleware/language.ts'
import { aVault } from '../../../test/builders/keys.ts'
import { atMost, type Row } from '../part.ts'

const checkPassword = makeCheckPassword()
const vault = aVault()
const clock = () => new Date()
const formTokens = makeFormTokens({ vault, clock })
const cookies = makeCookies({ secure: false, sealed: makeSealedCookies({ vault, clock }), clock })
const app = new Koa()

const asking = (headers: { readonly [name: string]: string }) => {
  const req = new IncomingMessage(new Socket())
  Object.assign(req.headers, headers)
  return app.createContext(req, new ServerResponse(req))
}

type Parse = (text: string) => unknown

const parsers: { readonly [name: string]: Parse } = {
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
  'sealed cookie': text => vault.open('cookie:devices', `v1.${text}`),
  'form token': text => formTokens.verify('browser', 'signIn', text),
  language: text => chosenLanguage(asking({ 'accept-language': text }), cookies),
  'language of a cookie': text => chosenLanguage(asking({ cookie: `guichet-language=${text}` }), cookies),
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

const fastest = (parse: Parse, text: string): number =>
  Math.min(
    ...Array.from({ length: 5 }, () => {
      const start = performance.now()
      parse(text)
      return performance.now() - start
    }),
  )

const cpuMs = (act: () => void): number => {
  const start = process.threadCpuUsage()
  act()
  const { user, system } = process.threadCpuUsage(start)
  return (user + system) / 1000
}

/** Enough of it for a clock that ticks every few ms. */
const ENOUGH_MS = 100

/** What this thread computes for one look, whatever else the machine does: as many looks as take a while, the best of three. */
const computed = (parse: Parse, text: string): number => {
  const looks = (count: number): number =>
    cpuMs(() => {
      for (let look = 0; look < count; look += 1) parse(text)
    })
  const counted = (count: number): number => (looks(count) >= ENOUGH_MS ? count : counted(count * 2))
  const count = counted(1)
  return Math.min(...Array.from({ length: 3 }, () => looks(count))) / count
}

export const growthRows = (): readonly Row[] => {
  const grown = Object.entries(parsers).flatMap(([name, parse]) =>
    seeds
      .filter(seed => letThrough(seed.repeat(SHORT)))
      .map(seed => {
        const text = (length: number): string => `${seed.repeat(Math.ceil(length / seed.length))}!`
        const [short, long] = [fastest(parse, text(SHORT)), fastest(parse, text(SHORT * TIMES))]
        const ratio = long < NOTHING ? 0 : long / Math.max(short, NOTHING / TIMES)
        // it may have been the machine, which does something else meanwhile
        const measured = ratio > MOST ? computed(parse, text(SHORT * TIMES)) / computed(parse, text(SHORT)) : ratio
        return { name, seed, long, ratio: measured }
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
