/** Connections that say a byte at a time, or nothing, in a process of their own. */
import { connect, type Socket } from 'node:net'
import { answerParent } from '../../processes/child.ts'

export type Dribble = {
  readonly port: number
  readonly count: number
  /** Sent at once, then `rest` byte after byte, one every `everyMs`. Nothing of it: an idle connection. */
  readonly first: string
  readonly rest: string
  readonly everyMs: number
}
export type Held = {
  /** Still open. */
  readonly open: number
  readonly refused: number
  /** How long the server bore with those that it ended, in ms. */
  readonly longest: number
  /** First lines of what they were told, counted. */
  readonly told: { readonly [line: string]: number }
}

/** A listening queue holds 511: more at once are made to try again by the kernel. */
const AT_ONCE = 200

let sockets: Socket[] = []
let refused = 0
let longest = 0
let told: { [line: string]: number } = {}
let timer: NodeJS.Timeout | undefined

const open = ({ port, first, rest }: Dribble, said: Map<Socket, number>): Promise<void> =>
  new Promise(resolve => {
    const began = performance.now()
    const socket = connect({ port, host: '127.0.0.1', noDelay: true })
    let connected = false
    socket.once('connect', () => {
      connected = true
      sockets.push(socket)
      if (first !== '') socket.write(first)
      if (rest === '') return
      said.set(socket, 0)
      resolve()
    })
    socket.once('data', bytes => {
      // one that has nothing more to say is there once it was answered: until then it may wait in the kernel's queue alone
      resolve()
      const line = bytes.toString('latin1').split('\r\n')[0] ?? ''
      told[line] = (told[line] ?? 0) + 1
    })
    socket.on('error', () => undefined)
    socket.once('close', () => {
      said.delete(socket)
      if (connected) longest = Math.max(longest, performance.now() - began)
      else refused += 1
      resolve()
    })
  })

answerParent({
  hold: async (dribble: Dribble) => {
    const said = new Map<Socket, number>()
    for (let opened = 0; opened < dribble.count; opened += AT_ONCE) {
      await Promise.all(Array.from({ length: Math.min(AT_ONCE, dribble.count - opened) }, () => open(dribble, said)))
    }
    if (dribble.rest === '') return
    timer = setInterval(() => {
      for (const [socket, at] of said) {
        if (socket.writable) socket.write(dribble.rest[at % dribble.rest.length] ?? '')
        said.set(socket, at + 1)
      }
    }, dribble.everyMs)
  },
  held: (): Held => ({ open: sockets.filter(one => !one.destroyed).length, refused, longest, told }),
  letGo: () => {
    clearInterval(timer)
    for (const socket of sockets) socket.destroy()
    sockets = []
    refused = 0
    longest = 0
    told = {}
  },
} as Parameters<typeof answerParent>[0])
