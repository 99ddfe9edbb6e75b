import { SMTPServer } from 'smtp-server'
import { listen } from '../common/listening.ts'
import type { DemoLog } from '../common/log.ts'
import { type MessageStore, mailboxBounds } from './store.ts'

export type Smtp = { start(): Promise<number>; stop(): Promise<void> }

const refusal = (responseCode: number, message: string): Error => Object.assign(new Error(message), { responseCode })

/** The bytes of a message; undefined when there are too many, read to their end all the same as SMTP asks. */
const readMessage = async (stream: AsyncIterable<Buffer>): Promise<Buffer | undefined> => {
  const pieces: Buffer[] = []
  let size = 0
  for await (const piece of stream) {
    size += piece.length
    if (size <= mailboxBounds.bytes) pieces.push(piece)
  }
  return size <= mailboxBounds.bytes ? Buffer.concat(pieces) : undefined
}

/** A real SMTP server that keeps whatever it is sent, for whomever, and sends nothing on. */
export const makeSmtp = (store: MessageStore, port: number, host: string, log: DemoLog): Smtp => {
  const server = new SMTPServer({
    name: 'localhost',
    banner: 'Guichet test mailbox',
    disabledCommands: ['AUTH', 'STARTTLS'],
    authOptional: true,
    disableReverseLookup: true,
    size: mailboxBounds.bytes,
    maxClients: 20,
    closeTimeout: 1_000,
    logger: false,
    onData(stream, _session, done) {
      readMessage(stream)
        .then(async source => {
          if (source === undefined) return done(refusal(552, 'This message is longer than the mailbox takes'))
          await store.add(source)
          done()
        })
        .catch(fault => {
          log.error({ err: fault }, 'mailbox could not keep a message')
          done(refusal(451, 'The mailbox could not keep this message'))
        })
    },
  })
  server.on('error', fault => log.warn({ err: fault }, 'mailbox SMTP connection failed'))
  return {
    start: () => listen(server.server, port, host),
    stop: () => new Promise(resolve => server.close(() => resolve())),
  }
}
