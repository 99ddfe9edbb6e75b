import { afterAll, beforeAll } from '@jest/globals'
import { lastingContracts } from './contracts.ts'
import { describeOnMongo } from './describe.ts'
import { openMongoForTests } from './open-mongo.ts'
import { type Servers, startReplicaSet } from './servers.ts'

describeOnMongo('a MongoDB replica set of three', () => {
  let servers: Servers
  beforeAll(async () => {
    servers = await startReplicaSet()
  }, 90_000)
  afterAll(() => servers.stop())

  lastingContracts(openMongoForTests(() => servers))
})
