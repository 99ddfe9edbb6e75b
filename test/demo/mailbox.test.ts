import { readdir, stat } from 'node:fs/promises'
import { request } from 'node:http'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { createTransport, type SendMailOptions } from 'nodemailer'
import { type Mailbox, makeMailbox } from '../../src/demo/mailbox/mailbox.ts'
import { mailboxBounds, makeMessageStore } from '../../src/demo/mailbox/store.ts'
import { aBrowser, aDirectory, aLog } from './support.ts'

type Running = { readonly mailbox: Mailbox; readonly url: string; readonly smtpUrl: string }

const start = async (dataDir: string): Promise<Running> => {
  const mailbox = makeMailbox({ port: 0, smtpPort: 0, dataDir, log: aLog() })
  return { mailbox, ...(await mailbox.start()) }
}

const send = async (smtpUrl: string, mail: SendMailOptions): Promise<void> => {
  const transport = createTransport(smtpUrl)
  await transport.sendMail({ from: 'Guichet <ne-pas-repondre@example.fr>', to: 'camille@example.fr', ...mail })
  transport.close()
}

describe('the test mailbox', () => {
  const browser = aBrowser()
  let directory: Awaited<ReturnType<typeof aDirectory>>
  let running: Running

  beforeEach(async () => {
    directory = await aDirectory()
    running = await start(directory.path)
  })
  afterEach(async () => {
    await running.mailbox.stop()
    await directory.remove()
  })

  const newest = () => `${running.url}/messages/${running.mailbox.messages()[0]?.id}`

  it('says that nothing has come, then lists what comes by SMTP, newest first', async () => {
    expect((await browser.get(running.url)).body).toContain('Aucun message')
    await send(running.smtpUrl, { subject: 'Premier', text: 'un' })
    await send(running.smtpUrl, { subject: 'Second : été', text: 'deux' })
    const { body } = await browser.get(running.url)
    expect(body.indexOf('Second : été')).toBeGreaterThan(0)
    expect(body.indexOf('Premier')).toBeGreaterThan(body.indexOf('Second : été'))
    expect(body).toContain('camille@example.fr')
  })

  it('makes the links of a text message clickable, and nothing else of it', async () => {
    const link = 'http://localhost:3000/activation?jeton=a-b_c&x=1'
    await send(running.smtpUrl, {
      subject: 's',
      text: `Ouvrez ${link}.\n<script>alert(1)</script> javascript:alert(1)`,
    })
    const { body } = await browser.get(newest())
    expect(body).toContain(`<a href="${link.replace('&', '&amp;')}" target="_blank" rel="noopener noreferrer">`)
    expect(body).toContain('&lt;script&gt;')
    expect(body).not.toMatch(/href="javascript/)
  })

  it('shows hostile HTML in a frame that runs nothing, loads nothing and cannot move the page around it', async () => {
    const html =
      '<script>parent.location="https://evil.example"</script><img src="https://evil.example/p.png"><a href="http://localhost:3000/x">Activer</a>'
    await send(running.smtpUrl, { subject: '<b>Titre</b>', text: 't', html })
    const page = await browser.get(`${newest()}?vue=html`)
    expect(page.body).toContain('sandbox="allow-popups allow-popups-to-escape-sandbox"')
    expect(page.body).toContain('&lt;b&gt;Titre')
    expect(page.body).not.toContain('evil.example')
    expect(page.headers.get('Content-Security-Policy')).toMatch(/default-src 'none'.*script-src 'self'/)
    const frame = await browser.get(`${newest()}/html`)
    const policy = frame.headers.get('Content-Security-Policy') ?? ''
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain('sandbox allow-popups allow-popups-to-escape-sandbox')
    expect(policy).not.toMatch(/script-src|allow-scripts|allow-top-navigation|allow-same-origin/)
    expect(frame.body).toMatch(/^<!doctype html><meta charset="utf-8"><base target="_blank">/)
  })

  it('dates messages as Guichet does: in words, at the hour of Paris', async () => {
    const store = makeMessageStore(`${directory.path}/mailbox`, () => Date.UTC(2030, 6, 1, 12, 32))
    await store.add(Buffer.from('Subject: daté\r\n\r\ntexte'))
    await running.mailbox.stop()
    running = await start(directory.path)
    expect((await browser.get(newest())).body).toContain('1 juillet 2030 à 14\u00a0h\u00a032')
  })

  it('speaks English to who asks for it', async () => {
    const { body } = await browser.get(running.url, { 'Accept-Language': 'en-GB,en;q=0.9' })
    expect(body).toContain('<html lang="en">')
    expect(body).toContain('Messages received')
  })

  it('keeps messages over a restart, in files that only their owner reads', async () => {
    await send(running.smtpUrl, { subject: 'Gardé', text: 'un' })
    await running.mailbox.stop()
    running = await start(directory.path)
    expect((await browser.get(running.url)).body).toContain('Gardé')
    const files = await readdir(join(directory.path, 'mailbox'))
    expect(files).toHaveLength(1)
    const modes = await Promise.all([
      stat(join(directory.path, 'mailbox')),
      stat(join(directory.path, 'mailbox', files[0] ?? '')),
    ])
    expect(modes.map(({ mode }) => mode & 0o777)).toEqual([0o700, 0o600])
  })

  it('is emptied by its button, but not by a form of another site', async () => {
    await send(running.smtpUrl, { subject: 'Reste', text: 'un' })
    const foreign = { Origin: 'http://localhost:3001', 'Sec-Fetch-Site': 'same-site' }
    expect((await browser.post(`${running.url}/vider`, {}, foreign)).status).toBe(403)
    expect((await browser.post(`${running.url}/vider`, {}, { Origin: 'null' })).status).toBe(403)
    expect(running.mailbox.messages()).toHaveLength(1)
    await browser.post(`${running.url}/vider`, {}, { Origin: running.url, 'Sec-Fetch-Site': 'same-origin' })
    expect(running.mailbox.messages()).toHaveLength(0)
    expect(await readdir(join(directory.path, 'mailbox'))).toHaveLength(0)
  })

  it('answers under no name but localhost, whatever a rebound domain name leads here', async () => {
    const { port } = new URL(running.url)
    const ask = (host: string): Promise<number | undefined> =>
      new Promise((resolve, reject) => {
        const asked = request({ port, host: '127.0.0.1', headers: { Host: host } }, answer =>
          resolve(answer.resume().statusCode),
        )
        asked.on('error', reject).end()
      })
    expect(await ask('evil.example')).toBe(421)
    expect(await ask(`localhost:${port}`)).toBe(200)
  })

  it('refuses a message that is too long and keeps no trace of it', async () => {
    await expect(send(running.smtpUrl, { text: 'x'.repeat(mailboxBounds.bytes + 1) })).rejects.toThrow(/552|size/i)
    expect(running.mailbox.messages()).toHaveLength(0)
  })

  it('knows no message but its own', async () => {
    for (const id of ['inconnu', '..%2f..%2fetc%2fpasswd', '000000000000001-aaaaaaaaaaaa'])
      expect((await browser.get(`${running.url}/messages/${id}`)).status).toBe(404)
  })
})

describe('the store of messages', () => {
  it('makes room for the newest by dropping the oldest, in memory as on disk', async () => {
    const directory = await aDirectory()
    const store = makeMessageStore(directory.path, () => 1_000) // all in one millisecond: order must hold all the same
    await store.open()
    for (let i = 0; i < mailboxBounds.messages + 3; i++) await store.add(Buffer.from(`Subject: n${i}\r\n\r\ntexte`))
    expect(store.all()).toHaveLength(mailboxBounds.messages)
    expect(store.all()[0]?.subject).toBe(`n${mailboxBounds.messages + 2}`)
    expect(store.all().at(-1)?.subject).toBe('n3')
    const reopened = makeMessageStore(directory.path)
    await reopened.open()
    expect(reopened.all().map(({ subject }) => subject)).toEqual(store.all().map(({ subject }) => subject))
    await directory.remove()
  })
})
