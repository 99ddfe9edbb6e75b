/**
 * Names of what lies in Redis: `guichet:{tag}:letter:hash`. The tag decides the slot of a Cluster. There are 256 of them, so that
 * what one script touches together can share a slot, and so that what is kept by tag can be walked.
 */
export type Letter =
  /** a record */
  | 'r'
  /** something seen once: a replay */
  | 'n'
  /** a throttle, and the members of one */
  | 't'
  | 'm'
  /** an artefact */
  | 'a'
  /** from a uid, a user code or a session's id to what it names */
  | 'p'
  /** what came from a grant; what an account has; what a service has under one tag */
  | 'g'
  | 'i'
  | 's'
  /** a session; those of one tag whose services must be told when they expire */
  | 'u'
  | 'e'
  /** a session that is over */
  | 'o'

const firsts = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** The first character of a hash, and its second one reduced to four. */
export const tagOf = (hash: string): string => `${hash[0]}${hash.charCodeAt(1) % 4}`

export const everyTag: readonly string[] = [...firsts].flatMap(first => [0, 1, 2, 3].map(second => `${first}${second}`))

export const keyIn = (tag: string, letter: Letter, hash: string): string => `guichet:{${tag}}:${letter}:${hash}`
export const keyOf = (letter: Letter, hash: string): string => keyIn(tagOf(hash), letter, hash)

const slots = 16_384

/** The slot of a Cluster in which a key lies: CRC-16 (XMODEM) of its tag. */
export const slotOf = (key: string): number => {
  const tag = /\{(.+?)\}/.exec(key)?.[1] ?? key
  let crc = 0
  for (const byte of Buffer.from(tag)) {
    crc ^= byte << 8
    for (let bit = 0; bit < 8; bit += 1) crc = ((crc << 1) ^ (crc & 0x8000 ? 0x1021 : 0)) & 0xffff
  }
  return crc % slots
}
