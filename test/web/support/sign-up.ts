import { aPerson, type Person, signUpFields } from '../../support/people.ts'
import { makeVisitor, type Page, type Visitor } from '../../support/visitor.ts'

const INNER_SPACE = /[\u00a0\u202f]/g

/** The messages of a page, their non-breaking spaces made plain. */
export const said = (page: Page): readonly string[] => page.faults.map(text => text.replace(INNER_SPACE, ' '))

/** A page's words, without markup. */
export const plain = (page: Page): string =>
  page.body
    .replace(/<[^>]*>/g, ' ')
    .replace(/&#39;/g, "'")
    .replace(/\s+/g, ' ')

/** The value that the field of this name holds on a page. */
export const shownIn = (page: Page, name: string): string | undefined => {
  const input = new RegExp(`<input\\b[^>]*\\sname="${name}"[^>]*>`).exec(page.body)?.[0]
  if (input) return /\svalue="([^"]*)"/.exec(input)?.[1] ?? ''
  const select = new RegExp(`<select\\b[^>]*\\sname="${name}"[^>]*>([\\s\\S]*?)</select>`).exec(page.body)?.[1]
  return select && /<option value="([^"]*)" selected/.exec(select)?.[1]
}

type Headers = Readonly<Record<string, string>>
export type Sent = { readonly visitor: Visitor; readonly person: Person; readonly page: Page }

/** Somebody before the sign-up form of this Guichet. */
export const signingUpAt = (issuer: () => string) => {
  const browser = (headers: Headers = {}): Visitor => makeVisitor(issuer(), headers)
  const open = (visitor: Visitor, path = '/inscription'): Promise<Page> => visitor.get(`${issuer()}${path}`)
  return {
    browser,
    open,
    /** The form sent with these answers in the place of right ones. */
    send: async (
      changed: Readonly<Record<string, string>>,
      { headers = {}, without = [] }: { readonly headers?: Headers; readonly without?: readonly string[] } = {},
    ): Promise<Sent> => {
      const visitor = browser(headers)
      const person = aPerson()
      const fields: Record<string, string> = { ...signUpFields(person), ...changed }
      for (const name of without) delete fields[name]
      return { visitor, person, page: await visitor.submit(await open(visitor), fields, 'birthName') }
    },
  }
}
