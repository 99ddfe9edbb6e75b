import { type AddressObject, simpleParser } from 'mailparser'
import { SMTPServer } from 'smtp-server'
import { freePort } from './free-port.ts'
import { waitFor } from './wait.ts'

export type ReceivedMail = {
  readonly to: string
  readonly subject: string
  readonly text: string
  readonly html: string
  /** As it came, headers and all. */
  readonly source: string
}

export type Mailbox = {
  readonly url: string
  /** Mails that arrived, oldest first. */
  readonly mails: readonly ReceivedMail[]
  /** The first mail to this address, after those already given, that fits; waits for it, 10 s at most unless told otherwise. */
  mailTo(address: string, fits?: (mail: ReceivedMail) => boolean, limitMs?: number): Promise<ReceivedMail>
  stop(): Promise<void>
}

/** A real SMTP server on this machine. */
export const openMailbox = async (): Promise<Mailbox> => {
  const mails: ReceivedMail[] = []
  const given = new Set<ReceivedMail>()
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData: (stream, session, done) => {
      const parts: Buffer[] = []
      stream.on('data', (part: Buffer) => parts.push(part))
      stream.once('end', () => {
        const whole = Buffer.concat(parts)
        simpleParser(whole).then(mail => {
          const to = session.envelope.rcptTo[0]?.address ?? (mail.to as AddressObject | undefined)?.text ?? ''
          const { subject = '', text = '', html } = mail
          mails.push({ to, subject, text, html: html || '', source: whole.toString('latin1') })
          done()
        }, done)
      })
    },
  })
  // a connection cut by its client, as a process that is killed does
  server.on('error', () => undefined)
  const port = await freePort()
  await new Promise<void>(resolve => server.listen(port, '127.0.0.1', () => resolve()))
  return {
    url: `smtp://127.0.0.1:${port}`,
    mails,
    mailTo: (address, fits = () => true, limitMs) =>
      waitFor(() => {
        const found = mails.find(mail => mail.to === address && !given.has(mail) && fits(mail))
        if (found) given.add(found)
        return found
      }, limitMs),
    stop: () => new Promise<void>(resolve => server.close(() => resolve())),
  }
}
