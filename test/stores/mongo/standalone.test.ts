import { afterAll, beforeAll } from '@jest/globals'
import { lastingContracts } from './contracts.ts'
import { describeOnMongo } from './describe.ts'
import { openMongoForTests } from './open-mongo.ts'
import { type Servers, startStandalone } from './servers.ts'

describeOnMongo('a standalone MongoDB', () => {
  let servers: Servers
  beforeAll(async () => {
    servers = await startStandalone()
  }, 60_000)
  afterAll(() => servers.stop())

  lastingContracts(openMongoForTests(() => servers))
})
