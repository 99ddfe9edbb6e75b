/**
 * What protection/ gives to those who keep things: sealing, look-up keys, hashes. Made by keys/ from the keyrings;
 * types only here, so that stores and use cases share one vocabulary.
 */
import type { LookupKey } from '../stores/contracts.ts'

/** Short-lived or machine-made values: AES-256-GCM by node:crypto, synchronous (a few µs), bound to `purpose`. */
export type Vault = {
  /** `purpose` is authenticated: what was sealed for one never opens for another. Gives base64url text with the key's id inside. */
  seal(purpose: string, value: unknown): string
  /** undefined when it was cut, changed, sealed for another purpose or under a key that left the ring. */
  open(purpose: string, sealed: string): unknown | undefined
  /** Keyed hash (HMAC-SHA-256, base64url) for the key of an expiring record: never rotated within its life. */
  hashId(purpose: string, id: string): string
  /** Plain MAC for form tokens and the like, base64url. */
  mac(purpose: string, text: string): string
}

/** Personal data: JWE by jose (dir, A256GCM), key id inside, bound to the account's id. About 0.2 ms. */
export type Envelope = {
  seal(accountId: string, value: unknown): Promise<string>
  /** Throws when it does not open: that is a fault. */
  open(accountId: string, sealed: string): Promise<unknown>
  /** Whether it lies under another key than the ring's first. */
  isStale(sealed: string): boolean
}

/** Look-up keys: HMAC-SHA-256, under every key of the ring, oldest last in the ring first here. */
export type Lookup = {
  nir(number: string): readonly LookupKey[]
  email(normalised: string): readonly LookupKey[]
  /** Of an identity of an upstream provider. */
  identity(issuer: string, sub: string): readonly LookupKey[]
  /** Whether these keys are all that this ring gives, and no other: made before a rotation they are not. */
  isWhole(keys: readonly LookupKey[]): boolean
  /** The same of the keys of several things, one after the other; none are whole. */
  areWhole(keys: readonly LookupKey[]): boolean
  /** A throttle's key for something typed, known or not: one HMAC under a key of its own. */
  throttleKey(kind: string, typed: string): string
}
