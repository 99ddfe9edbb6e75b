import { createInterface } from 'node:readline'
import { Writable } from 'node:stream'
import type { Terminal } from './command.ts'

/** One line of a terminal: the question is shown, the answer is not. */
const unseenLine = (prompt: string): Promise<string> =>
  new Promise(resolve => {
    process.stderr.write(prompt)
    const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() })
    const reader = createInterface({ input: process.stdin, output: nowhere, terminal: true })
    let line = ''
    reader.once('line', text => {
      line = text
      reader.close()
    })
    reader.once('close', () => {
      process.stderr.write('\n')
      resolve(line)
    })
  })

const pipedLine = async (): Promise<string> => {
  const reader = createInterface({ input: process.stdin })
  for await (const line of reader) {
    reader.close()
    return line
  }
  return ''
}

/** The terminal of this process. */
export const systemTerminal: Terminal = {
  out: text => void process.stdout.write(text),
  err: text => void process.stderr.write(text),
  line: prompt => (process.stdin.isTTY ? unseenLine(prompt) : pipedLine()),
  env: process.env,
}
