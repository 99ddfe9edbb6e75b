import { randomBytes } from 'node:crypto'
import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type AddressObject, type ParsedMail, simpleParser } from 'mailparser'
import { makePrivateDirectory, writePrivateFile } from '../common/private-files.ts'

/** How many messages are kept, and how long one may be: the oldest make way, a longer one is refused. */
export const mailboxBounds = { messages: 200, bytes: 1024 * 1024 } as const

export type Message = {
  readonly id: string
  readonly receivedAt: Date
  readonly from: string
  readonly to: string
  readonly subject: string
  readonly text: string
  readonly html: string | undefined
}

export type MessageStore = {
  /** Reads what an earlier run left. */
  open(): Promise<void>
  add(source: Buffer): Promise<Message>
  /** Newest first. */
  all(): readonly Message[]
  byId(id: string): Message | undefined
  clear(): Promise<void>
}

const fileName = /^(\d{15})-[0-9a-f]{12}\.eml$/

const addresses = (field: AddressObject | readonly AddressObject[] | undefined): string => {
  if (field === undefined) return ''
  const objects: readonly AddressObject[] = 'value' in field ? [field] : field
  const shown = objects
    .flatMap(({ value }) => value)
    .map(({ name, address = '' }) => (name === '' ? address : `${name} <${address}>`))
  return shown.join(', ')
}

const messageOf = (id: string, mail: ParsedMail): Message => ({
  id,
  receivedAt: new Date(Number(id.slice(0, 15))),
  from: addresses(mail.from),
  to: addresses(mail.to),
  subject: mail.subject ?? '',
  text: mail.text ?? '',
  html: mail.html === false || mail.html === undefined ? undefined : mail.html,
})

/** The messages received, each a file of its own (`<time>-<random>.eml`), parsed once. */
export const makeMessageStore = (directory: string, clock: () => number = Date.now): MessageStore => {
  const messages = new Map<string, Message>()
  let lastTime = 0

  const pathOf = (id: string): string => join(directory, `${id}.eml`)

  const trim = async (): Promise<void> => {
    for (const id of [...messages.keys()].slice(0, Math.max(0, messages.size - mailboxBounds.messages))) {
      messages.delete(id)
      await rm(pathOf(id), { force: true })
    }
  }

  const newId = (): string => {
    lastTime = Math.max(clock(), lastTime + 1) // two messages of one millisecond keep their order
    return `${String(lastTime).padStart(15, '0')}-${randomBytes(6).toString('hex')}`
  }

  return {
    async open() {
      await makePrivateDirectory(directory)
      const names = (await readdir(directory)).filter(name => fileName.test(name)).sort()
      for (const name of names) {
        const id = name.slice(0, -'.eml'.length)
        messages.set(id, messageOf(id, await simpleParser(await readFile(pathOf(id)))))
        lastTime = Number(id.slice(0, 15))
      }
      await trim()
    },
    async add(source) {
      const id = newId()
      const message = messageOf(id, await simpleParser(source))
      await writePrivateFile(pathOf(id), source)
      messages.set(id, message)
      await trim()
      return message
    },
    all: () => [...messages.values()].reverse(),
    byId: id => messages.get(id),
    async clear() {
      const ids = [...messages.keys()]
      messages.clear()
      await Promise.all(ids.map(id => rm(pathOf(id), { force: true })))
    },
  }
}
