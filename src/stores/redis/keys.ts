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

/** Two characters of 64, the second one reduced to 4. */
export const tagOf = (hash: string): string => `${hash[0]}${hash.charCodeAt(1) % 4}`

export const keyOf = (letter: Letter, hash: string): string => `guichet:{${tagOf(hash)}}:${letter}:${hash}`
