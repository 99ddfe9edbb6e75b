import { describe } from '@jest/globals'
import { mongodPath } from './servers.ts'

/** npm test finds or fetches a server and says so when there is none; with REQUIRE_ALL_SERVERS=1 it then fails. */
export const describeOnMongo = mongodPath === undefined ? describe.skip : describe
