import { resolve } from 'node:path'
import { findKeys, guessKeysFile, replaceKeysFile, writeNewKeysFile } from '../config/keys.ts'
import {
  announceKey,
  announceSigning,
  makeKeys,
  promoteKey,
  promoteSigning,
  retireKey,
  rotateRing,
} from '../config/keys-making.ts'
import { ringNames, type WrittenKeys } from '../config/keys-shape.ts'
import { type Environment, loadConfig } from '../config/load.ts'
import { directoryFault } from '../operations/errors.ts'
import type { KeyringName } from '../protection/keyrings.ts'
import { type Arguments, type Command, type Terminal, UsageError } from './command.ts'

const fileOption = {
  file: { type: 'string', value: 'path', meaning: 'File of the keys; the configured one by default.' },
} as const
const printOption = {
  print: { type: 'boolean', meaning: 'Prints the keys on standard output instead of writing the file.' },
} as const

/** Keys are made before the rest of a configuration is right: its mistakes do not matter here. */
const keysFileOf = (args: Arguments, env: Environment): string => {
  const given = args.text('file')
  if (given) return resolve(given)
  const loaded = loadConfig(env)
  const file = loaded.kind === 'loaded' ? loaded.config.keysFile : guessKeysFile(env)
  if (file) return file
  throw new UsageError('The configuration has mistakes (« check » tells them): name the file of keys with --file.')
}

const textOf = (keys: WrittenKeys): string => `${JSON.stringify(keys)}\n`

const writing = <T>(file: string, write: () => T): T => {
  try {
    return write()
  } catch (fault) {
    throw directoryFault(fault, { dataDir: file })
  }
}

export const newKeys: Command = {
  name: 'keys new',
  summary: 'Makes the keys of a new Guichet.',
  details: 'The file is written with mode 0600 and never over another one: keys that are lost cannot be made again.',
  options: { ...fileOption, ...printOption },
  async run(args, { out, err, env }) {
    const keys = await makeKeys()
    if (args.flag('print')) {
      out(textOf(keys))
      return 0
    }
    const file = keysFileOf(args, env)
    if (writing(file, () => writeNewKeysFile(file, keys)) === 'exists') {
      err(`${file} exists already and was left as it is: name another with --file, or add keys with « keys rotate ».\n`)
      return 1
    }
    out(`Keys written to ${file} (mode 0600). Keep a copy in a safe place: without it the data cannot be read.\n`)
    return 0
  },
}

/** Reads the keys, changes them, and writes them back or prints them. */
const changeKeys = async (
  args: Arguments,
  { out, err, env }: Terminal,
  change: (keys: WrittenKeys) => Promise<WrittenKeys> | WrittenKeys,
  told: string,
): Promise<number> => {
  const file = keysFileOf(args, env)
  const given = args.text('file') ? {} : env
  const found = findKeys({ keysFile: file, production: false }, given)
  if (found.kind === 'absent') {
    err(`${file} does not exist: make it with « npm run guichet -- keys new ».\n`)
    return 1
  }
  if (found.kind === 'refused') {
    err(`${found.problems.join('\n')}\n`)
    return 1
  }
  const changed = await change(found.written)
  if (args.flag('print')) {
    out(textOf(changed))
    return 0
  }
  if (given.GUICHET_KEYS) {
    err('The keys come from GUICHET_KEYS: give --print, and put what is printed there.\n')
    return 1
  }
  writing(file, () => replaceKeysFile(file, changed))
  out(`${told} Written to ${file}; restart every process of this Guichet.\n`)
  return 0
}

const rotations = `personal, lookup, vault and audit get a new key in front; the former ones still open what they sealed.
Where several processes serve and are restarted one after the other, personal and vault go in two steps, with a restart of
them all after each: --next announces a key, which opens but does not seal yet; --promote makes it seal. Signing keys go in three steps, with a restart after each: --next publishes the next ones; a day later --promote makes
them sign; two days later « keys retire signing <id> » drops the former ones. The pairwise and index keys never change.`

/** One step of a rotation that several processes go through together. */
const moveOn = (args: Arguments, terminal: Terminal, ring: KeyringName, next: boolean): Promise<number> => {
  if (ring !== 'personal' && ring !== 'vault')
    throw new UsageError(
      '--next and --promote are expected with personal, vault and signing; the others go in one step.',
    )
  const move = (keys: WrittenKeys): WrittenKeys => {
    const moved = next ? announceKey(keys, ring) : promoteKey(keys, ring)
    if (moved.kind === 'moved') return moved.keys
    throw new UsageError(
      next ? 'A key is announced already: expected --promote.' : 'No key is announced: expected --next before.',
    )
  }
  const told = next ? 'The next key is announced in the ring' : 'The key that was announced is first in the ring'
  return changeKeys(args, terminal, move, `${told} ${ring}.`)
}

export const rotateKeys: Command = {
  name: 'keys rotate',
  summary: 'Adds a key to a ring, or moves signing keys on.',
  details: rotations,
  positionals: ['ring'],
  options: {
    ...fileOption,
    ...printOption,
    next: { type: 'boolean', meaning: 'Announces the next key, or the next signing keys: not used yet.' },
    promote: { type: 'boolean', meaning: 'What was announced seals, or signs, from now on.' },
  },
  async run(args, terminal) {
    const asked = args.positional(0)
    const next = args.flag('next') ?? false
    const promote = args.flag('promote') ?? false
    if (asked === 'signing') {
      if (next === promote) throw new UsageError('« keys rotate signing » expected either --next or --promote.')
      return changeKeys(
        args,
        terminal,
        next ? announceSigning : promoteSigning,
        next ? 'The next signing keys are added.' : 'The last signing keys are now first.',
      )
    }
    const ring = ringNames.find(name => name === asked)
    if (!ring) throw new UsageError(`Expected one of the rings ${[...ringNames, 'signing'].join(', ')}.`)
    if (next && promote) throw new UsageError('Expected one of --next and --promote at a time.')
    if (next || promote) return moveOn(args, terminal, ring, next)
    return changeKeys(args, terminal, keys => rotateRing(keys, ring), `A new key is first in the ring ${ring}.`)
  },
}

export const retireKeys: Command = {
  name: 'keys retire',
  summary: 'Drops a former key of the vault or signing rings.',
  details:
    'Of the vault only after the longest lifetime configured (session.device). The other rings keep all their keys: data that lasts lies under them.',
  positionals: ['ring', 'id'],
  options: { ...fileOption, ...printOption },
  run(args, terminal) {
    const ring = (['vault', 'signing'] as const).find(name => name === args.positional(0))
    if (!ring) throw new UsageError('Expected one of the rings vault, signing.')
    const id = args.positional(1)
    const retire = (keys: WrittenKeys): WrittenKeys => {
      const outcome = retireKey(keys, ring, id)
      if (outcome.kind === 'retired') return outcome.keys
      if (outcome.kind === 'inUse') throw new UsageError('This key is in use: expected the id of a former one.')
      const ids = ring === 'vault' ? keys.vault.map(key => key.id) : keys.signing.map(key => key.kid)
      throw new UsageError(`Expected the id of a key of this ring: ${ids.join(', ')}.`)
    }
    return changeKeys(args, terminal, retire, 'The key is dropped.')
  },
}

export const listKeys: Command = {
  name: 'keys list',
  summary: 'Shows the ids of the keys, first ones first; never a key.',
  options: { ...fileOption },
  async run(args, { out, err, env }) {
    const file = keysFileOf(args, env)
    const found = findKeys({ keysFile: file, production: false }, args.text('file') ? {} : env)
    if (found.kind !== 'loaded') {
      err(`${found.kind === 'absent' ? `${file} does not exist.` : found.problems.join('\n')}\n`)
      return 1
    }
    const { signing, ...rings } = found.written
    for (const [name, keys] of Object.entries(rings))
      out(`${name}: ${keys.map(({ id, next }) => (next ? `${id} (next)` : id)).join(', ')}\n`)
    out(`signing: ${signing.map(({ kid, alg }) => `${kid} (${alg})`).join(', ')}\n`)
    return 0
  },
}
