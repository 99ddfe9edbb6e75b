/** Every measure on MongoDB and Redis, in the order in which they are taken. */
import { accounts } from './accounts.ts'
import { memory } from './memory.ts'
import type { TakeOnStores } from './needs.ts'
import { processes } from './processes.ts'
import { signIn } from './sign-in.ts'
import { tokens } from './tokens.ts'

export const measuresOnStores: { readonly [name: string]: TakeOnStores } = {
  tokens,
  signIn,
  processes,
  memory,
  accounts,
}
