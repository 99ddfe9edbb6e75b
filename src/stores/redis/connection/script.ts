import { createHash } from 'node:crypto'

/** A Lua script, atomic on its server: every key that it touches is given to it and lies in one slot, unless it says so. */
export type Script = { readonly text: string; readonly sha: string }

export const aScript = (text: string): Script => ({ text, sha: createHash('sha1').update(text).digest('hex') })
