import type { Vault } from '../../protection/vault.ts'
import type { ThrottleStore } from '../contracts.ts'
import { aScript } from './connection/script.ts'
import type { Server } from './connection/server.ts'
import { keyOf } from './keys.ts'

// c: how many stand. u: until when a wait or a window runs, 0 without. e: when all is forgotten. ARGV[1] is now.
const attempt = aScript(`
  local now, free, first = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
  local longest, memory = tonumber(ARGV[4]), tonumber(ARGV[5])
  local standing = redis.call('HMGET', KEYS[1], 'c', 'u', 'e')
  local count = 1
  if standing[1] and tonumber(standing[3]) > now then
    if tonumber(standing[2]) > now then return {0, tonumber(standing[2])} end
    count = tonumber(standing[1]) + 1
  end
  local wait = 0
  if count >= free then wait = math.min(longest, first * 2 ^ math.min(count - free, 20)) end
  local lasts = math.max(memory, wait)
  local untilWhen = wait == 0 and '0' or string.format('%.0f', now + wait)
  redis.call('HSET', KEYS[1], 'c', count, 'u', untilWhen, 'e', string.format('%.0f', now + lasts))
  redis.call('PEXPIRE', KEYS[1], math.max(1000, lasts))
  return {1, count}
`)

const count = aScript(`
  local now, window = tonumber(ARGV[1]), tonumber(ARGV[2])
  local standing = redis.call('HMGET', KEYS[1], 'u', 'e')
  if standing[1] and tonumber(standing[2]) > now then
    return {redis.call('HINCRBY', KEYS[1], 'c', 1), tonumber(standing[1])}
  end
  local ends = string.format('%.0f', now + window)
  redis.call('HSET', KEYS[1], 'c', 1, 'u', ends, 'e', ends)
  redis.call('PEXPIRE', KEYS[1], math.max(1000, window))
  return {1, now + window}
`)

const distinct = aScript(`
  local now, window, most, member = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), ARGV[4]
  redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', ARGV[1])
  if not redis.call('ZSCORE', KEYS[1], member) and redis.call('ZCARD', KEYS[1]) >= most then return 0 end
  redis.call('ZADD', KEYS[1], string.format('%.0f', now + window), member)
  redis.call('PEXPIRE', KEYS[1], math.max(1000, window, redis.call('PTTL', KEYS[1])))
  return 1
`)

const ms = (seconds: number): number => Math.round(seconds * 1000)

export const makeThrottleStore = (server: Server, vault: Vault): ThrottleStore => {
  const hashOf = (name: string, key: string): string => vault.hashId(`throttle:${name}`, key)
  const pair = async (script: typeof attempt, key: string, values: readonly number[]): Promise<[number, number]> => {
    const [first, second] = (await server.script(script, [key], values)) as number[]
    if (first === undefined || second === undefined) throw new Error('a throttle gave no answer')
    return [first, second]
  }

  return {
    async attempt(name, key, policy, now) {
      const { free, firstWait, longestWait, memory } = policy
      const values = [now.getTime(), free, ms(firstWait), ms(longestWait), ms(memory)]
      const [granted, told] = await pair(attempt, keyOf('t', hashOf(name, key)), values)
      return granted === 1 ? { granted: true, count: told } : { granted: false, until: new Date(told) }
    },

    async count(name, key, policy, now) {
      const [counted, until] = await pair(count, keyOf('t', hashOf(name, key)), [now.getTime(), ms(policy.window)])
      return { granted: counted <= policy.max, count: counted, until: new Date(until) }
    },

    async distinct(name, key, member, policy, now) {
      const hashed = vault.hashId(`throttle:${name}:member`, member)
      const values = [now.getTime(), ms(policy.window), policy.max, hashed]
      return { granted: (await server.script(distinct, [keyOf('m', hashOf(name, key))], values)) === 1 }
    },

    async peek(name, key, now) {
      const hashed = hashOf(name, key)
      const [standing, members] = await Promise.all([
        server.run('HMGET', keyOf('t', hashed), 'c', 'e'),
        server.run('ZCOUNT', keyOf('m', hashed), `(${now.getTime()}`, '+inf'),
      ])
      const [counted, expires] = standing as (string | null)[]
      return counted && Number(expires) > now.getTime() ? Number(counted) : Number(members)
    },

    async reset(name, key) {
      const hashed = hashOf(name, key)
      await server.run('DEL', keyOf('t', hashed), keyOf('m', hashed))
    },
  }
}
