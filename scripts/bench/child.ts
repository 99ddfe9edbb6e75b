/** The child's side: answers its parent's questions, one at a time, by their names. */

export type Answer = unknown
export type Answers = { readonly [question: string]: (count: number) => Answer | Promise<Answer> }
export type Question = { readonly question: string; readonly count: number }
export type Reply = { readonly answer?: Answer; readonly fault?: string }

/** CPU of this whole process so far, in ms: every thread, collection and compilation included. */
const cpu = (): number => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

const isQuestion = (message: unknown): message is Question =>
  typeof message === 'object' && message !== null && 'question' in message && 'count' in message

/** Every child answers `cpu` besides its own questions, and ends with its parent. */
export const answerParent = (answers: Answers): void => {
  const all: Answers = { cpu, ...answers }
  const reply = (message: Reply): void => void process.send?.(message)
  process.on('message', message => {
    if (!isQuestion(message)) return
    Promise.resolve()
      .then(() => all[message.question]?.(message.count))
      .then(
        answer => reply({ answer }),
        (fault: unknown) => reply({ fault: String(fault instanceof Error ? fault.stack : fault) }),
      )
  })
  process.on('disconnect', () => process.exit(0))
  reply({ answer: 'ready' })
}
