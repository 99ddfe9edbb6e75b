/** Servers of MongoDB and of Redis, failed on purpose. */
import type { Server } from '../../../../test/stores/mongo/servers.ts'
import type { RedisProcess } from '../../../../test/stores/redis/servers.ts'
import type { Failing } from './proved.ts'

export const failingMember = (member: Server): Failing => ({
  kill: async () => member.signal('SIGKILL'),
  restart: member.restart,
  hang: () => member.signal('SIGSTOP'),
  resume: () => member.signal('SIGCONT'),
})

export const failingTogether = (nodes: readonly RedisProcess[]): Failing => ({
  kill: async () => void (await Promise.all(nodes.map(node => node.end()))),
  restart: async () => void (await Promise.all(nodes.map(node => node.start()))),
  hang: () => {
    for (const node of nodes) node.signal('SIGSTOP')
  },
  resume: () => {
    for (const node of nodes) node.signal('SIGCONT')
  },
})
