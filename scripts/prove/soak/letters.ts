/** A mailbox for a long run: gives each mail to whoever waits for it, and keeps none. */

import { simpleParser } from 'mailparser'
import { SMTPServer } from 'smtp-server'
import { freePort } from '../../../test/support/free-port.ts'

export type Letters = {
  readonly url: string
  /** The link of the next mail to this address that leads to this path. Asked for before what sends it. */
  linkTo(address: string, path: string): { readonly link: Promise<string>; forget(): void }
  stop(): Promise<void>
}

const LIMIT_MS = 30_000

const linksIn = (text: string): readonly string[] => text.match(/^https?:\/\/\S+$/gm) ?? []

export const openLetters = async (): Promise<Letters> => {
  const waiting = new Map<string, (link: string) => void>()
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData: (stream, session, done) => {
      simpleParser(stream).then(({ text = '' }) => {
        const to = session.envelope.rcptTo[0]?.address ?? ''
        for (const link of linksIn(text)) waiting.get(`${to} ${new URL(link).pathname}`)?.(link)
        done()
      }, done)
    },
  })
  server.on('error', () => undefined)
  const port = await freePort()
  await new Promise<void>(resolve => server.listen(port, '127.0.0.1', () => resolve()))
  return {
    url: `smtp://127.0.0.1:${port}`,
    linkTo: (address, path) => {
      const key = `${address} ${path}`
      let late: NodeJS.Timeout | undefined
      const forget = (): void => {
        clearTimeout(late)
        waiting.delete(key)
      }
      const link = new Promise<string>((resolve, reject) => {
        waiting.set(key, resolve)
        late = setTimeout(() => reject(new Error(`no mail led to ${path}`)), LIMIT_MS)
      })
      const told = link.finally(forget)
      // whoever fails before awaiting it has told its own fault
      told.catch(() => undefined)
      return { link: told, forget }
    },
    stop: () => new Promise<void>(resolve => server.close(() => resolve())),
  }
}
