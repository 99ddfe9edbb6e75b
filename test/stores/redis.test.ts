import { afterAll, beforeAll } from '@jest/globals'
import { artefactStoreContract } from '../contract/artefacts.ts'
import { recordStoreContract } from '../contract/records.ts'
import { throttleStoreContract } from '../contract/throttles.ts'
import { openRedisForTests } from './open-redis.ts'
import { aRedisFolder, describeOnRedis, type RedisFolder, type RedisProcess } from './redis-servers.ts'

describeOnRedis('one Redis', () => {
  let folder: RedisFolder
  let server: RedisProcess
  beforeAll(async () => {
    folder = await aRedisFolder()
    server = await folder.server()
  })
  afterAll(() => folder.close())
  const open = () => openRedisForTests(`redis://127.0.0.1:${server.port}`, [server.port])

  recordStoreContract(open)
  throttleStoreContract(open)
  artefactStoreContract(open)
})
