import { afterAll, beforeAll, describe } from '@jest/globals'
import { lastingContracts } from './contracts.ts'
import { openMongoForTests } from './open-mongo.ts'
import { mongodPath, type Servers, startStandalone } from './servers.ts'

const whenThere = mongodPath ? describe : describe.skip

whenThere('a standalone MongoDB', () => {
  let servers: Servers
  beforeAll(async () => {
    servers = await startStandalone()
  }, 60_000)
  afterAll(() => servers.stop())

  lastingContracts(openMongoForTests(() => servers))
})
