import type { Vault } from '../../../protection/vault.ts'
import { keyIn, keyOf, tagOf } from '../keys.ts'

/** What the stores call things in Redis: hashes of their ids, and keys made of these. */
export type Names = {
  hash(purpose: string, id: string): string
  /** Within one key a shorter hash tells things apart. */
  short(purpose: string, id: string | undefined): string
}

const remembered = 512
const shortLength = 22

export const makeNames = (vault: Vault): Names => {
  // one request names the same token and grant several times, and hashing costs more than the rest of a key
  const hashes = new Map<string, string>()
  const hash = (purpose: string, id: string): string => {
    const name = `${purpose}\0${id}`
    const known = hashes.get(name)
    if (known) return known
    if (hashes.size >= remembered) hashes.clear()
    const made = vault.hashId(purpose, id)
    hashes.set(name, made)
    return made
  }
  return { hash, short: (purpose, id) => (id === undefined ? '' : hash(purpose, id).slice(0, shortLength)) }
}

export const rowKey = (hash: string): string => keyOf('a', hash)
export const grantIndex = (grant: string): string => keyOf('g', grant)
export const accountIndex = (account: string): string => keyOf('i', account)
/** What a service has among the rows of one tag. */
export const serviceIndex = (tag: string, service: string): string => keyIn(tag, 's', service)
export const sessionKeys = (uid: string): [session: string, untold: string] => [keyOf('u', uid), untoldOf(tagOf(uid))]
/** Says that a session is over, beside it. */
export const overKey = (uid: string): string => keyOf('o', uid)
/** The sessions of one tag whose services are to be told. */
export const untoldOf = (tag: string): string => keyIn(tag, 'e', '')

/** Members of indexes: what it is, its hash, and in an account's index whose service it is. */
export type Member = { readonly text: string; readonly model: string; readonly hash: string; readonly service: string }

export const memberText = (model: string, hash: string, service = ''): string => `${model}.${hash}.${service}`

export const parseMember = (text: string): Member => {
  const [model = '', hash = '', service = ''] = text.split('.')
  return { text, model, hash, service }
}
