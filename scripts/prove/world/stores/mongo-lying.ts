/** What lies in MongoDB and in Redis, and on their disks. Loaded once the servers of the tests know where their programs are. */
import { readdir, readFile, stat } from 'node:fs/promises'
import { join, relative } from 'node:path'
import type { Redis } from 'ioredis'
import { withDatabase } from '../../../../test/stores/mongo/open-mongo.ts'
import { command, type Server } from '../../../../test/stores/mongo/servers.ts'
import { asking, type RedisProcess } from '../../../../test/stores/redis/servers.ts'
import type { Lying, Taken } from './proved.ts'

const at = ({ port }: Server, database: string): string =>
  `mongodb://127.0.0.1:${port}/${database}?directConnection=true`

/** As they are kept, byte for byte: every collection of every database, what members tell each other included. */
export const everyDocument = async (members: readonly Server[]): Promise<readonly Lying[]> => {
  const lying: Lying[] = []
  for (const member of members) {
    const listed = await command(member.port, { listDatabases: 1, nameOnly: true })
    const names = (listed?.databases ?? []) as readonly { readonly name: string }[]
    for (const { name } of names)
      await withDatabase(at(member, name), async db => {
        for (const collection of await db.collections()) {
          const documents = await collection.find({}, { raw: true }).toArray()
          const bytes = Buffer.concat(documents as unknown as readonly Buffer[])
          lying.push({ name: `${name}.${collection.collectionName}`, bytes })
        }
      })
  }
  return lying
}

const flat = (value: unknown): readonly Buffer[] =>
  Array.isArray(value) ? value.flatMap(flat) : [Buffer.isBuffer(value) ? value : Buffer.from(String(value))]

const READING: { readonly [type: string]: readonly [string, ...(readonly string[])] } = {
  string: ['GET'],
  hash: ['HGETALL'],
  set: ['SMEMBERS'],
  zset: ['ZRANGE', '0', '-1', 'WITHSCORES'],
  list: ['LRANGE', '0', '-1'],
}

const keysOf = async (redis: Redis): Promise<readonly Buffer[]> => {
  const keys: Buffer[] = []
  let cursor = '0'
  do {
    const [next, found] = (await redis.callBuffer('SCAN', cursor, 'COUNT', '1000')) as [Buffer, Buffer[]]
    keys.push(...found)
    cursor = String(next)
  } while (cursor !== '0')
  return keys
}

/** Every key with its value; then a snapshot is written whose values are not compressed, to be found among the files. */
export const everyKey = (nodes: readonly RedisProcess[]): Promise<readonly Lying[]> =>
  Promise.all(
    nodes.map(({ port }) =>
      asking(port, async redis => {
        const parts: Buffer[] = []
        for (const key of await keysOf(redis)) {
          const type = String(await redis.callBuffer('TYPE', key))
          // it may have expired meanwhile
          if (type === 'none') continue
          const reading = READING[type]
          if (!reading) throw new Error(`a key of Redis is a ${type}: how is it read?`)
          const [name, ...more] = reading
          parts.push(key, ...flat(await redis.callBuffer(name, key, ...more)))
        }
        await redis.config('SET', 'rdbcompression', 'no')
        await redis.save()
        return {
          name: 'every key and value of Redis',
          bytes: Buffer.concat(parts.flatMap(part => [part, Buffer.from('\n')])),
        }
      }),
    ),
  )

/** Files are made longer than what they hold. */
const withoutTail = (bytes: Buffer): Buffer => {
  let length = bytes.length
  while (length > 0 && bytes[length - 1] === 0) length -= 1
  return Buffer.from(bytes.subarray(0, length))
}

const pathsIn = async (folder: string): Promise<readonly string[]> => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries.filter(entry => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name))
}

export const everyFile = async (folders: readonly string[]): Promise<readonly Lying[]> => {
  const lying: Lying[] = []
  for (const folder of folders)
    for (const path of await pathsIn(folder)) {
      // its temporary ones come and go
      const bytes = await readFile(path).catch(() => Buffer.alloc(0))
      lying.push({ name: relative(folder, path), bytes: withoutTail(bytes) })
    }
  return lying
}

const bytesOf = async (paths: readonly string[]): Promise<number> => {
  const sizes = await Promise.all(paths.map(async path => (await stat(path).catch(() => ({ size: 0 }))).size))
  return sizes.reduce((sum, size) => sum + size, 0)
}

/** Collections on the disk of one member, and what Redis holds in memory. */
export const takenOf = async (
  url: string,
  [member]: readonly Server[],
  nodes: readonly RedisProcess[],
  redisFolder: string,
): Promise<Taken> => {
  if (!member) throw new Error('a store of no servers')
  // sizes are told as of what was put in its place last
  await command(member.port, { fsync: 1 })
  const collections = await withDatabase(url, async db =>
    Promise.all(
      (await db.collections()).map(async ({ collectionName: name }) => {
        const { storageSize, totalIndexSize } = await db.command({ collStats: name })
        return { name, bytes: Number(storageSize) + Number(totalIndexSize) }
      }),
    ),
  )
  const memories = nodes.map(({ port }) => asking(port, redis => redis.info('memory')))
  const used = (await Promise.all(memories)).map(info => Number(/^used_memory_dataset:(\d+)/m.exec(info)?.[1] ?? 0))
  const redis = used.reduce((sum, bytes) => sum + bytes, 0)
  const of = [...collections, { name: 'Redis, in memory', bytes: redis }].sort((a, b) => b.bytes - a.bytes)
  const journal = await pathsIn(join(member.data, 'journal'))
  const written = await pathsIn(redisFolder)
  return {
    bytes: of.reduce((sum, { bytes }) => sum + bytes, 0),
    of,
    logBytes: await bytesOf([...journal, ...written]),
  }
}
