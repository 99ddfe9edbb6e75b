/** Processes that make accounts beside the one that writes them: what takes longest is sealing. */
import { fileURLToPath } from 'node:url'
import type { AccountRecord } from '../../src/stores/contracts.ts'
import { startChild } from '../processes/children.ts'

export type Sealers = {
  /** The accounts from the nth to the one before `to`. */
  make(from: number, to: number, now: Date): Promise<readonly AccountRecord[]>
  stop(): Promise<void>
}

const program = fileURLToPath(new URL('./sealer.ts', import.meta.url))

export const startSealers = async (count: number, env: { readonly [name: string]: string }): Promise<Sealers> => {
  const children = await Promise.all(Array.from({ length: count }, () => startChild(program, { env })))
  let turn = 0
  return {
    async make(from, to, now) {
      turn += 1
      const made = await children[turn % count]?.ask('make', { from, to, now })
      return made as readonly AccountRecord[]
    },
    stop: async () => {
      await Promise.all(children.map(child => child.stop()))
    },
  }
}
