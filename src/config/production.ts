/** What development allows and people's real data do not. */
import type { Settings } from './schema.ts'

type Rule = { readonly broken: (settings: Settings) => boolean; readonly sentence: string }

const isPlain = (issuer: string): boolean => issuer.startsWith('http:')

const rules: readonly Rule[] = [
  {
    broken: ({ issuer, allowHttpLocalhost }) =>
      isPlain(issuer) && !(allowHttpLocalhost && new URL(issuer).hostname === 'localhost'),
    sentence:
      'GUICHET_ISSUER: expected an https address in production (http only on localhost, with GUICHET_ALLOW_HTTP_LOCALHOST=true).',
  },
  {
    broken: ({ challenge }) => challenge === 'none',
    sentence: 'GUICHET_CHALLENGE: expected « picture » in production; « none » lets robots in.',
  },
  {
    broken: ({ allowLoopbackFetch }) => allowLoopbackFetch,
    sentence: 'GUICHET_ALLOW_LOOPBACK_FETCH: expected false in production.',
  },
  {
    broken: ({ upstreams }) => upstreams.some(one => isPlain(one.issuer)),
    sentence: 'upstreams: expected https issuers in production.',
  },
  {
    broken: ({ passwords }) => passwords.memory < 19_456 || passwords.iterations < 2,
    sentence:
      'GUICHET_PASSWORDS_MEMORY and GUICHET_PASSWORDS_ITERATIONS: expected at least 19456 KiB and 2 passes in production.',
  },
]

/** One sentence for each rule of production that these settings break. Required keys are told by the loader. */
export const productionProblems = (settings: Settings): readonly string[] =>
  rules.filter(({ broken }) => broken(settings)).map(({ sentence }) => sentence)

/** Every rule, for the documentation. */
export const productionSentences: readonly string[] = rules.map(({ sentence }) => sentence)
