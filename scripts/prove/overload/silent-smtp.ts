/** A mail server that accepts and says nothing, or nothing more once it has the mail: pages go on, mails wait, and leave. */

import { connect, createServer, type Socket } from 'node:net'
import { freePort } from '../../../test/support/free-port.ts'
import { openMailbox } from '../../../test/support/mailbox.ts'
import { aPerson } from '../../../test/support/people.ts'
import { waitFor } from '../../../test/support/wait.ts'
import { atMost, is, type PartNeeds, type Row } from '../part.ts'
import { givePages, openGround, others, read } from './ground.ts'

type Mood = 'silent' | 'silentAfterData' | 'mended'

/** In front of a real one, which it is when mended. */
const openMoody = async (real: number) => {
  let mood: Mood = 'silent'
  const sockets = new Set<Socket>()
  const server = createServer(socket => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.once('close', () => sockets.delete(socket))
    const born = mood
    if (born === 'silent') return void socket.resume()
    const behind = connect(real, '127.0.0.1')
    behind.on('error', () => undefined)
    socket.once('close', () => behind.destroy())
    let swallowed = false
    socket.on('data', bytes => {
      swallowed ||= born === 'silentAfterData' && bytes.includes('DATA\r\n')
      if (!swallowed) behind.write(bytes)
    })
    behind.on('data', bytes => void socket.write(bytes))
    behind.once('close', () => socket.destroy())
  })
  const port = await freePort()
  await new Promise<void>(resolve => server.listen(port, '127.0.0.1', () => resolve()))
  return {
    url: `smtp://127.0.0.1:${port}`,
    become: (next: Mood) => {
      mood = next
    },
    stop: () =>
      new Promise<void>(resolve => {
        for (const socket of sockets) socket.destroy()
        server.close(() => resolve())
      }),
  }
}

export type SilentPlan = { readonly mails: number; readonly seconds: number }

/** What a process may take to end by itself: 5 s for answers, 4 s for each kind of work. */
const STOP_SECONDS = 10
const LATER_SECONDS = 2 * 3600

export const provesSilentSmtp = async (
  { form, store, progress }: PartNeeds,
  { mails, seconds }: SilentPlan,
): Promise<readonly Row[]> => {
  const mailbox = await openMailbox()
  const smtp = await openMoody(Number(new URL(mailbox.url).port))
  const ground = await openGround({ form, store }, { GUICHET_SMTP_URL: smtp.url })
  const { world } = ground
  const rows: Row[] = []
  try {
    await givePages(ground)
    const expected: string[] = []
    for (const mood of ['silent', 'silentAfterData'] as const) {
      progress(`SMTP ${mood}`)
      smtp.become(mood)
      const of = `SMTP ${mood}: `
      const before = (await ground.server.memory()).rss
      const asking = (async () => {
        const statuses: { [status: string]: number } = {}
        for (let nth = 0; nth < mails / 2; nth += 1) {
          const member = await world.enrol(aPerson())
          const visitor = world.visitor(ground.server, `10.8.${expected.length >> 8}.${expected.length & 255}`)
          const page = await visitor.get(`${world.issuer}/mot-de-passe-oublie`)
          const sent = await visitor.submit(page, { nir: member.nir, email: member.email }, 'email')
          statuses[sent.status] = (statuses[sent.status] ?? 0) + 1
          expected.push(member.email)
        }
        return statuses
      })()
      const [statuses, pages] = await Promise.all([asking, read(ground, { perSecond: 50, seconds })])
      const grown = ((await ground.server.memory()).rss - before) / 1024 / 1024
      rows.push(
        is(`${of}requests for a mail that were not received`, others(statuses, ['200']), 0, JSON.stringify(statuses)),
        is(`${of}pages that were not given`, others(pages.statuses, ['200']), 0),
        is(`${of}mails that left`, mailbox.mails.length, 0),
        atMost(`${of}memory grown by`, grown, 150, 'MB'),
        ...(form === 'long' ? [atMost(`${of}other pages, 99th percentile`, pages.all.p99, 100, 'ms')] : []),
      )
    }
    progress('SMTP: stopped while it is silent')
    const began = performance.now()
    await ground.server.drain()
    const stopped = (performance.now() - began) / 1000
    if (form === 'long') rows.push(atMost('SMTP silent: a process stops within', stopped, STOP_SECONDS, 's'))

    progress('SMTP: mended')
    smtp.become('mended')
    const next = await world.start()
    // leases of the process that ended, and waits before the next try, are over
    await next.advance(LATER_SECONDS)
    const mended = performance.now()
    const arrived = () => expected.filter(address => mailbox.mails.some(({ to }) => to === address)).length
    await waitFor(() => (arrived() === expected.length ? true : undefined), 60_000).catch(() => undefined)
    rows.push(
      is(
        'SMTP mended: mails that left',
        arrived(),
        expected.length,
        `within ${((performance.now() - mended) / 1000).toFixed(1)} s`,
      ),
    )
    return rows
  } finally {
    await ground.close()
    await smtp.stop()
    await mailbox.stop()
  }
}
