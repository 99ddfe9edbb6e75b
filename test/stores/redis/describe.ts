import { describe } from '@jest/globals'

/** npm test finds or installs a server and says so when there is none; with REQUIRE_ALL_SERVERS=1 it then fails. */
export const describeOnRedis = process.env.REDIS_SERVER_PATH === undefined ? describe.skip : describe
