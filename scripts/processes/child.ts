/** The child's side: answers its parent's questions by their names, several at once if need be. */

export type Answer = unknown
/** Whoever asks gives what its question needs: parent and child are one program. */
export type Answers<Given> = { readonly [question: string]: (given: Given) => Answer | Promise<Answer> }
export type Question = { readonly id: number; readonly question: string; readonly given: unknown }
export type Reply = { readonly id: number; readonly answer?: Answer; readonly fault?: string }

/** What a child says when it is ready to answer. */
export const READY = 0

/** CPU of this whole process so far, in ms: every thread, collection and compilation included. */
const cpu = (): number => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

const isQuestion = (message: unknown): message is Question =>
  typeof message === 'object' && message !== null && 'question' in message && 'given' in message

/** The same of its main thread alone: what a request costs all the others. */
const mainCpu = (): number => {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}

/** Every child answers `cpu` and `mainCpu` besides its own questions, and ends with its parent. */
export const answerParent = <Given>(answers: Answers<Given>): void => {
  const all: Answers<Given> = { cpu, mainCpu, ...answers }
  const reply = (message: Reply): void => void (process.connected && process.send?.(message))
  process.on('message', message => {
    if (!isQuestion(message)) return
    const { id, question, given } = message
    Promise.resolve()
      .then(() => {
        const answer = all[question]
        if (!answer) throw new Error(`nobody answers « ${question} » here`)
        return answer(given as Given)
      })
      .then(
        answer => reply({ id, answer }),
        (fault: unknown) => reply({ id, fault: String(fault instanceof Error ? fault.stack : fault) }),
      )
  })
  process.on('disconnect', () => process.exit(0))
  // one that was starting when its parent was killed hears of it no more
  if (!process.connected) process.exit(0)
  reply({ id: READY, answer: 'ready' })
}
