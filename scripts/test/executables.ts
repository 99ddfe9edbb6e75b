import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

const isExecutable = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

export const firstExecutable = (paths: readonly string[]): string | undefined => paths.find(isExecutable)

/** The first program of one of these names that the PATH leads to. */
export const executableOnPath = (names: readonly string[]): string | undefined =>
  firstExecutable(
    (process.env.PATH ?? '')
      .split(delimiter)
      .filter(folder => folder !== '')
      .flatMap(folder => names.map(name => join(folder, name))),
  )
