/** What somebody who tries can compare of an answer or of a mail: all but what is drawn anew each time, and what they typed. */
import type { ReceivedMail } from './mailbox.ts'
import type { Person } from './people.ts'
import type { Page, Visitor } from './visitor.ts'

/** Ids drawn for each request, tokens of forms and of links, and hours that pass while the test runs. */
const withoutDrawn = (text: string): string =>
  text
    .replace(/name="_token" value="[^"]*"/g, '{token}')
    .replace(/guichet_request_[\w-]{10}/g, 'guichet_request_{id}')
    .replace(/[\w-]{64}|[\w-]{43}/g, '{id}')
    .replace(/référence [\w-]+/g, '{reference}')
    // no-break spaces stand between a number and its unit
    .replace(/dans\s(?:\d+\ssecondes?|\d+\sminutes?),\sà\s\d+\sh\s\d+/g, '{wait}')

const cookieShape = (line: string): string => `set-cookie: ${line.replace(/=[^;]*/, '').replace(/expires=[^;]*/i, '')}`

type Typed = Pick<Person, 'email' | 'nir'>

export const seen = (page: Page, visitor: Visitor, typed: Typed) => ({
  path: withoutDrawn(new URL(page.url).pathname),
  status: page.status,
  headers: [...page.headers]
    .filter(([name]) => name !== 'date')
    .map(([name, value]) => (name === 'set-cookie' ? cookieShape(value) : `${name}: ${value}`))
    .map(line => line.replace(/^retry-after: \d+/, 'retry-after: {wait}').replace(/^content-length: .*/, ''))
    .sort(),
  cookies: [...visitor.cookies].map(([name, value]) => `${withoutDrawn(name)} ${value.length}`).sort(),
  body: withoutDrawn(page.body.replaceAll(typed.email, '{email}').replaceAll(typed.nir, '{nir}')),
})
export type Seen = ReturnType<typeof seen>

export const mailSeen = ({ subject, text, html }: ReceivedMail) => ({
  subject,
  text: withoutDrawn(text),
  html: withoutDrawn(html),
})
