import { afterAll, beforeAll, describe } from '@jest/globals'
import { lastingContracts } from './contracts.ts'
import { openMongoForTests } from './open-mongo.ts'
import { mongodPath, type Servers, startReplicaSet } from './servers.ts'

const whenThere = mongodPath ? describe : describe.skip

whenThere('a MongoDB replica set of three', () => {
  let servers: Servers
  beforeAll(async () => {
    servers = await startReplicaSet()
  }, 90_000)
  afterAll(() => servers.stop())

  lastingContracts(openMongoForTests(() => servers))
})
