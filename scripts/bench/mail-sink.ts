import { SMTPServer } from 'smtp-server'
import { freePort } from '../../test/support/free-port.ts'

/** Takes every mail and forgets it: what sending costs Guichet is part of a sign-in from a new browser. */
export const startMailSink = async (): Promise<{ readonly url: string; stop(): Promise<void> }> => {
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData: (stream, _session, done) => {
      stream.once('end', done).resume()
    },
  })
  // a server that is stopped leaves its connections as they are
  server.on('error', () => undefined)
  const port = await freePort()
  await new Promise<void>(resolve => server.listen(port, '127.0.0.1', () => resolve()))
  return { url: `smtp://127.0.0.1:${port}`, stop: () => new Promise(resolve => server.close(() => resolve())) }
}
