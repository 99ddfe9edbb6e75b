import { randomBytes } from 'node:crypto'
import type { Message } from './letters.ts'

export type Mail = Message & { readonly to: string }

/** Codes only: a server's answer repeats addresses. */
export type Delivery =
  | { readonly kind: 'sent' }
  /** This address or this message will never be taken. */
  | { readonly kind: 'rejected' }
  | { readonly kind: 'later'; readonly code: string }

export type Transport = {
  send(mail: Mail): Promise<Delivery>
  /** Lets go of idle connections; mails being sent end first. */
  close(): void
}

export type TransportSettings = {
  /** smtp: (STARTTLS whenever offered) or smtps:, with user and password when the server needs them. */
  readonly url: string
  /** `address` or `Name <address>`. */
  readonly from: string
  /** The issuer's host: message ids are random at it. */
  readonly domain: string
  readonly concurrency: number
  /** Sends without TLS to a server that offers none. A loopback server never needs it. */
  readonly allowClear?: boolean
  /** Bounds, in ms, on connecting, on the server's greeting, on its silences, and on all of it: less than a job's lease. */
  readonly timeouts?: {
    readonly connection: number
    readonly greeting: number
    readonly silence: number
    readonly whole: number
  }
}

const TIMEOUTS = { connection: 10_000, greeting: 10_000, silence: 30_000, whole: 90_000 }
const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]'])
const MESSAGES_OF_A_CONNECTION = 100

/** One address and nothing that could begin another one, or another header. */
const ADDRESS = /^[^\s<>()[\],;:"\\@]+@[^\s<>()[\],;:"\\@]+$/

const oneLine = (text: string): string => text.replace(/\p{Cc}+/gu, ' ').trim()

/** Gives up waiting, not the act itself: a mail taken too late may leave once more. */
const within = async (act: Promise<unknown>, milliseconds: number): Promise<void> => {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(Object.assign(new Error('too long'), { code: 'ETIMEDOUT' })), milliseconds)
  })
  try {
    await Promise.race([act, late])
  } finally {
    clearTimeout(timer)
  }
}

type Failure = { readonly code?: unknown; readonly command?: unknown; readonly permanent?: unknown }

/** What the server holds against the recipient or the message is final; against us, our network or our rights, it is not. */
const deliveryOf = (error: unknown): Delivery => {
  const { code, command, permanent }: Failure = typeof error === 'object' && error !== null ? error : {}
  const aboutThisMail = command === 'RCPT TO' || command === 'DATA'
  if (permanent === true && aboutThisMail) return { kind: 'rejected' }
  return { kind: 'later', code: typeof code === 'string' ? code : 'EUNKNOWN' }
}

export const makeTransport = ({
  url,
  from,
  domain,
  concurrency,
  allowClear = false,
  timeouts = TIMEOUTS,
}: TransportSettings): Transport => {
  const { protocol, hostname, port, username, password } = new URL(url)
  const secure = protocol === 'smtps:'
  const auth =
    username === '' ? {} : { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } }
  const connect = async () => {
    const { default: nodemailer } = await import('nodemailer')
    const pool = nodemailer.createTransport({
      pool: true,
      maxConnections: concurrency,
      maxMessages: MESSAGES_OF_A_CONNECTION,
      host: hostname.replace(/^\[|\]$/g, ''),
      port: port === '' ? (secure ? 465 : 587) : Number(port),
      secure,
      // mailed links never travel in clear, but on this machine or where the operator says so
      requireTLS: !secure && !allowClear && !LOOPBACK.has(hostname),
      ...auth,
      connectionTimeout: timeouts.connection,
      greetingTimeout: timeouts.greeting,
      socketTimeout: timeouts.silence,
      dnsTimeout: timeouts.connection,
      disableFileAccess: true,
      disableUrlAccess: true,
      logger: false,
    })
    // an idle connection that breaks is no news: the next mail opens another one
    pool.on('error', () => undefined)
    return pool
  }
  // With the first mail: 6 MB that a process may never need.
  let pool: ReturnType<typeof connect> | undefined

  return {
    async send({ to, subject, text, html }) {
      if (!ADDRESS.test(to)) return { kind: 'rejected' }
      try {
        pool ??= connect()
        const sending = (await pool).sendMail({
          from,
          to: { name: '', address: to },
          subject: oneLine(subject),
          text,
          html,
          messageId: `<${randomBytes(16).toString('base64url')}@${domain}>`,
          headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
        })
        await within(sending, timeouts.whole)
        return { kind: 'sent' }
      } catch (error) {
        return deliveryOf(error)
      }
    },
    close: () =>
      void pool?.then(
        opened => opened.close(),
        () => undefined,
      ),
  }
}
