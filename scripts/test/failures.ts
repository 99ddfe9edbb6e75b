/** What failed, once more, in few lines: a long run's log is read from its end, and often cut. */
import { isAbsolute, relative } from 'node:path'
import { stripVTControlCharacters } from 'node:util'

/** As jest writes them. */
export type Suite = {
  readonly name: string
  readonly status: string
  readonly message: string
  readonly assertionResults: readonly {
    readonly fullName: string
    readonly status: string
    readonly failureMessages: readonly string[]
  }[]
}

const LINES = 14

const told = (message: string): readonly string[] =>
  stripVTControlCharacters(message)
    .split('\n')
    .filter(line => line.trim() !== '' && !/^\s+at /.test(line))
    .slice(0, LINES)

/** One block for each test that failed, and for each file that did not load. */
export const failures = (suites: readonly Suite[], root: string): readonly string[] =>
  suites
    .filter(({ status }) => status === 'failed')
    .flatMap(({ name, message, assertionResults }) => {
      const file = isAbsolute(name) ? relative(root, name) : name
      const failed = assertionResults.filter(({ status }) => status === 'failed')
      if (failed.length === 0) return [[`Failed: ${file}`, ...told(message)].join('\n')]
      return failed.map(({ fullName, failureMessages }) =>
        [`Failed: ${file}: ${fullName}`, ...failureMessages.flatMap(told)].join('\n'),
      )
    })
