/** One text in all places at once: wherever it comes back as it is, or leads a browser, it shows. */
import fc from 'fast-check'
import { EVIL, MARK } from '../hostile.ts'
import { encoded, withPair } from '../request.ts'
import { type Shape, told } from './shape.ts'

/** Names that this Guichet reads, and those that others read for an address to go to. */
const NAMES = [
  'redirect_uri',
  'post_logout_redirect_uri',
  'request_uri',
  'target_link_uri',
  'return_to',
  'retour',
  'next',
  'url',
  'state',
  'login_hint',
  'error',
  'error_description',
  'jeton',
  'postalCode',
]
/** Without these, nothing else is looked at. */
const KEPT = new Set(['_token', 'action', 'client_id', 'response_type', 'grant_type', 'token', 'code'])

const everywhere = (name: string, texts: readonly string[]): Shape => ({
  name,
  first: true,
  twists: fc.tuple(fc.constantFrom(...texts), fc.boolean()).map(([text, speaks]) => ({
    say: `${told(text)}${speaks ? ', in French' : ''}`,
    apply: request => {
      const query = NAMES.reduce((left, one) => withPair(left, one, encoded(text)), request.query)
      const fields = request.fields?.map(pair => {
        const [of = ''] = pair.split('=')
        // typed twice alike, it would be a new password, and rightly taken
        const typed = of === 'passwordConfirmation' ? `${text}2` : text
        return KEPT.has(of) ? pair : `${of}=${encoded(typed)}`
      })
      return { ...request, query: speaks ? [...query, 'lang=fr'] : query, fields }
    },
  })),
})

export const everywhereShapes: readonly Shape[] = [
  everywhere('marks everywhere', [MARK]),
  everywhere('addresses elsewhere everywhere', [
    `${EVIL}/`,
    '//evil.intruszqx.example/',
    '/\\evil.intruszqx.example/',
    'javascript:alert(1)//intruszqx',
    '\r\nX-Intruszqx: 1',
  ]),
]
