import { createServer, type Server, type Socket } from 'node:net'
import { afterEach, describe, expect, it } from '@jest/globals'
import { type ParsedMail, simpleParser } from 'mailparser'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'
import { makeTransport, type Transport, type TransportSettings } from '../../src/mail/transport.ts'

const MAIL = {
  to: 'camille@exemple.fr',
  subject: 'Activez votre compte',
  text: 'Pour activer votre compte, ouvrez cette page :\nhttps://g.example/activation?jeton=abc\n',
  html: '<p>Pour activer votre compte</p>',
}

describe('the SMTP transport', () => {
  const closing: (() => Promise<void> | void)[] = []
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close()
  })

  const transportTo = (port: number, more: Partial<TransportSettings> = {}): Transport => {
    const transport = makeTransport({
      url: `smtp://127.0.0.1:${port}`,
      from: 'Guichet <ne-pas-repondre@g.example>',
      domain: 'g.example',
      concurrency: 2,
      ...more,
    })
    closing.push(transport.close)
    return transport
  }

  /** A real server, on loopback, that keeps what it takes. */
  const aServer = async (options: SMTPServerOptions = {}, host = '127.0.0.1') => {
    const taken: ParsedMail[] = []
    const server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS'],
      closeTimeout: 50,
      onData: (stream, _session, done) => {
        void simpleParser(stream).then(mail => {
          taken.push(mail)
          done()
        })
      },
      ...options,
    })
    server.on('error', () => undefined)
    await new Promise<void>(resolve => server.listen(0, host, resolve))
    closing.push(() => new Promise<void>(resolve => server.close(resolve)))
    const address = server.server.address()
    if (typeof address !== 'object' || address === null) throw new Error('no port')
    return { taken, port: address.port }
  }

  const refusal = (responseCode: number) => Object.assign(new Error('No camille@exemple.fr here'), { responseCode })

  it('sends text and HTML, as a machine that wants no answer, under a random id of its domain', async () => {
    const { taken, port } = await aServer()
    const transport = transportTo(port)
    expect(await transport.send(MAIL)).toEqual({ kind: 'sent' })
    expect(await transport.send(MAIL)).toEqual({ kind: 'sent' })
    const [mail, other] = taken
    expect(mail?.headers.get('auto-submitted')).toBe('auto-generated')
    expect(mail?.from?.text).toBe('"Guichet" <ne-pas-repondre@g.example>')
    expect(mail?.subject).toBe(MAIL.subject)
    expect(mail?.text).toContain('https://g.example/activation?jeton=abc\n')
    expect(mail?.html).toContain(MAIL.html)
    expect(mail?.messageId).toMatch(/^<[\w-]{22}@g\.example>$/)
    expect(mail?.messageId).not.toBe(other?.messageId)
  })

  it('lets no text begin another header, and no address begin another one', async () => {
    const { taken, port } = await aServer()
    const transport = transportTo(port)
    expect(await transport.send({ ...MAIL, subject: 'Bonjour\r\nBcc: eve@exemple.fr\r\n\r\nx' })).toEqual({
      kind: 'sent',
    })
    expect(taken[0]?.bcc).toBeUndefined()
    expect(taken[0]?.headers.has('bcc')).toBe(false)
    for (const to of [
      'camille@exemple.fr, eve@exemple.fr',
      'camille@exemple.fr\r\nRCPT TO:<eve@exemple.fr>',
      'a@b.fr;eve@b.fr',
      '<eve@b.fr>',
      'camille',
      '',
    ]) {
      expect(await transport.send({ ...MAIL, to })).toEqual({ kind: 'rejected' })
    }
    expect(taken).toHaveLength(1)
  })

  it('sends nothing in clear to a server elsewhere than on this machine, unless the operator says so', async () => {
    // stands for another machine: only the usual names of this one are taken for it
    const { taken, port } = await aServer({}, '127.0.0.2')
    const url = `smtp://127.0.0.2:${port}`
    expect(await transportTo(port, { url }).send(MAIL)).toMatchObject({ kind: 'later' })
    expect(taken).toEqual([])
    expect(await transportTo(port, { url, allowClear: true }).send(MAIL)).toEqual({ kind: 'sent' })
    expect(taken).toHaveLength(1)
  })

  it('gives up an address or a message that the server refuses for good', async () => {
    const recipient = await aServer({ onRcptTo: (_address, _session, done) => done(refusal(550)) })
    expect(await transportTo(recipient.port).send(MAIL)).toEqual({ kind: 'rejected' })
    const message = await aServer({
      onData: (stream, _session, done) => {
        stream.resume()
        stream.on('end', () => done(refusal(554)))
      },
    })
    expect(await transportTo(message.port).send(MAIL)).toEqual({ kind: 'rejected' })
  })

  it('keeps for later what is refused for now, and what the server holds against us', async () => {
    const grey = await aServer({ onRcptTo: (_address, _session, done) => done(refusal(451)) })
    expect(await transportTo(grey.port).send(MAIL)).toEqual({ kind: 'later', code: 'EENVELOPE' })
    const sender = await aServer({ onMailFrom: (_address, _session, done) => done(refusal(550)) })
    expect(await transportTo(sender.port).send(MAIL)).toEqual({ kind: 'later', code: 'EENVELOPE' })
    const locked = await aServer({
      authOptional: false,
      allowInsecureAuth: true,
      onAuth: (_auth, _session, done) => done(refusal(535)),
    })
    const { port } = locked
    const url = `smtp://user:secret@127.0.0.1:${port}`
    expect(await transportTo(port, { url }).send(MAIL)).toEqual({ kind: 'later', code: 'EAUTH' })
  })

  it('waits for nobody: no server, a silent one, one that never greets', async () => {
    const silent: Server = createServer((socket: Socket) => {
      closing.push(() => {
        socket.destroy()
      })
    })
    await new Promise<void>(resolve => silent.listen(0, '127.0.0.1', resolve))
    closing.push(() => new Promise<void>(resolve => void silent.close(() => resolve())))
    const address = silent.address()
    if (typeof address !== 'object' || address === null) throw new Error('no port')
    const timeouts = { connection: 200, greeting: 200, silence: 200, whole: 5000 }
    expect(await transportTo(address.port, { timeouts }).send(MAIL)).toEqual({ kind: 'later', code: 'ETIMEDOUT' })

    const { port } = await aServer()
    await closing.pop()?.()
    expect(await transportTo(port, { timeouts }).send(MAIL)).toMatchObject({ kind: 'later' })
  })

  it('gives up a server that answers each command just in time', async () => {
    const { port } = await aServer({
      onRcptTo: (_address, _session, done) => {
        const timer = setTimeout(done, 2000)
        closing.push(() => clearTimeout(timer))
      },
    })
    const timeouts = { connection: 1000, greeting: 1000, silence: 5000, whole: 150 }
    expect(await transportTo(port, { timeouts }).send(MAIL)).toEqual({ kind: 'later', code: 'ETIMEDOUT' })
  })

  it('never says an address in what it answers', async () => {
    const { port } = await aServer({ onRcptTo: (_address, _session, done) => done(refusal(451)) })
    expect(JSON.stringify(await transportTo(port).send(MAIL))).not.toContain('camille')
  })
})
