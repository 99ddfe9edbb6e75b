/** The parent's side: programs of ours in processes of their own, which answer questions and can be killed. */
import { fork } from 'node:child_process'
import { type Question, READY, type Reply } from './child.ts'

export type Child = {
  readonly pid: number
  /** Rejects with the child's own fault, or when it ends before answering. */
  ask(question: string, given?: unknown): Promise<unknown>
  /** CPU of the process since it began, in ms. */
  cpu(): Promise<number>
  /** Whether it still runs. */
  alive(): boolean
  /** When it has ended, by itself or not. */
  readonly ended: Promise<void>
  /** Lets it end by itself, and waits for it. */
  stop(): Promise<void>
  /** SIGKILL, and waits for it: nothing of it is tidied up. */
  kill(): Promise<void>
}

export type ChildSettings = {
  readonly env?: { readonly [name: string]: string }
  /** Added to node's own flags. */
  readonly flags?: readonly string[]
  /** Open files for standard output and standard error; the parent's own error stream by default. */
  readonly output?: number | 'ignore'
  readonly errors?: number | 'inherit'
}

type Waiting = { readonly resolve: (answer: unknown) => void; readonly reject: (fault: Error) => void }

/** Starts the program, and gives it back once it says that it is ready. */
export const startChild = async (program: string, settings: ChildSettings = {}): Promise<Child> => {
  const { env = {}, flags = [], output = 'ignore', errors = 'inherit' } = settings
  const child = fork(program, {
    env: { ...process.env, ...env },
    execArgv: ['--disable-warning=ExperimentalWarning', ...flags],
    stdio: ['ignore', output, errors, 'ipc'],
    // dates, undefined and buffers cross as they are
    serialization: 'advanced',
  })
  const waiting = new Map<number, Waiting>()
  let last = READY
  const ready = new Promise<unknown>((resolve, reject) => waiting.set(READY, { resolve, reject }))

  child.on('message', message => {
    const { id, answer, fault } = message as Reply
    const asked = waiting.get(id)
    waiting.delete(id)
    if (fault === undefined) asked?.resolve(answer)
    else asked?.reject(new Error(fault))
  })
  const refuseAll = (fault: Error): void => {
    for (const { reject } of waiting.values()) reject(fault)
    waiting.clear()
  }
  // not by events.once: a write to a process that has just died is an error of the child's, and its end comes after it
  const ended = new Promise<void>(resolve => {
    child.once('exit', (code, signal) => {
      refuseAll(new Error(`a process ended (${signal ?? code})`))
      resolve()
    })
  })
  child.on('error', refuseAll)
  await ready

  const alive = (): boolean => child.exitCode === null && child.signalCode === null
  const ask: Child['ask'] = (question, given) =>
    new Promise((resolve, reject) => {
      if (!child.connected) return reject(new Error('a process that has ended is asked nothing'))
      last += 1
      waiting.set(last, { resolve, reject })
      child.send({ id: last, question, given } satisfies Question)
    })
  return {
    pid: child.pid ?? 0,
    ask,
    cpu: async () => Number(await ask('cpu')),
    alive,
    ended,
    async stop() {
      if (child.connected) child.disconnect()
      await ended
    },
    async kill() {
      if (alive()) child.kill('SIGKILL')
      await ended
    },
  }
}
