/** What stops a start, said in a sentence: what is wrong and how to mend it. */

/** Its message is for the terminal: one sentence, without secret. */
export class StartError extends Error {
  override readonly name = 'StartError'
}

type Place = { readonly port: number; readonly host: string; readonly dataDir: string }

const textOf = (fault: unknown, name: 'code' | 'name' | 'message'): string | undefined => {
  const value = typeof fault === 'object' && fault !== null ? Reflect.get(fault, name) : undefined
  return typeof value === 'string' ? value : undefined
}

const nodeMajor = 24

/** Throws when this Node is too old to run Guichet for long: `node:sqlite` and TypeScript sources need 24. */
export const requireNode = (version: string = process.versions.node): void => {
  if (Number(version.split('.')[0]) >= nodeMajor) return
  throw new StartError(
    `Guichet needs Node ${nodeMajor} or later, and this is ${version}: install it, or use npm start.`,
  )
}

/** A fault of listening, as a sentence; the fault itself when it is none of those expected. */
export const listeningFault = (fault: unknown, { port, host }: Pick<Place, 'port' | 'host'>): unknown => {
  switch (textOf(fault, 'code')) {
    case 'EADDRINUSE':
      return new StartError(
        `Port ${port} is in use: stop the program that holds it, or choose another with GUICHET_PORT.`,
      )
    case 'EACCES':
      return new StartError(`Port ${port} is not allowed to this user: choose one above 1023 with GUICHET_PORT.`)
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new StartError(`${host} is no address of this machine: correct GUICHET_HOST.`)
    default:
      return fault
  }
}

/** A fault of the data directory, as a sentence; the fault itself when it is none of those expected. */
export const directoryFault = (fault: unknown, { dataDir }: Pick<Place, 'dataDir'>): unknown => {
  switch (textOf(fault, 'code')) {
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new StartError(
        `${dataDir} cannot be written by this user: give it to them (chown), or choose another directory with GUICHET_DATA_DIR.`,
      )
    case 'ENOTDIR':
    case 'EEXIST':
      return new StartError(
        `${dataDir} is not a directory: move what is there, or choose another with GUICHET_DATA_DIR.`,
      )
    case 'ENOSPC':
      return new StartError(`The disk of ${dataDir} is full: free some space, then start again.`)
    default:
      return fault
  }
}

/** Errors whose message is a sentence for the operator; those of stores are known by name, as stores are chosen elsewhere. */
const sentences = new Set(['StartError', 'StoreNewer', 'StoreUnusable', 'KeyringFault'])

/** What the terminal shows: the sentence for what was foreseen, else where it broke. */
export const startFaultText = (fault: unknown): string => {
  if (sentences.has(textOf(fault, 'name') ?? '')) return textOf(fault, 'message') ?? ''
  return `Guichet could not start: ${fault instanceof Error ? (fault.stack ?? fault.message) : 'unknown fault'}`
}

/** Several sentences at once, for a configuration with several mistakes. */
export const startErrorOf = (problems: readonly string[]): StartError =>
  new StartError(['Guichet cannot start with this configuration:', ...problems.map(one => `- ${one}`)].join('\n'))
