/** Forms filled in and not sent: as the bytes that a browser would say. */
import { type Ask, makeVisitor, type Page, type Visitor } from '../../../test/support/visitor.ts'

export const bytesOf = (url: string, { method = 'GET', headers = {}, body }: RequestInit): Buffer => {
  const { pathname, search, host } = new URL(url)
  const text = typeof body === 'string' ? body : ''
  const lines = Object.entries({ ...(headers as object), host, ...(text ? { 'content-length': text.length } : {}) })
  return Buffer.from(
    `${method} ${pathname}${search} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${text}`,
  )
}

export type Holder = {
  readonly visitor: Visitor
  /** The form of the page that holds this control, filled in, kept instead of sent. */
  hold(page: Page, fields: Readonly<Record<string, string>>, holding: string): Promise<Buffer>
}

/** Somebody with a browser of their own, at this address of the network. */
export const aHolder = (issuer: string, network: string, really: Ask): Holder => {
  let held: Buffer | undefined
  let holding = false
  const visitor = makeVisitor(issuer, { 'x-forwarded-for': network }, (url, init) => {
    if (!holding) return really(url, init)
    held = bytesOf(url, init)
    return Promise.resolve(new Response(''))
  })
  return {
    visitor,
    hold: async (page, fields, control) => {
      holding = true
      try {
        await visitor.submit(page, fields, control)
      } finally {
        holding = false
      }
      if (!held) throw new Error('no form was sent')
      return held
    },
  }
}
