import { describe } from '@jest/globals'
import { storeContracts } from '../contract/all.ts'
import { openSqliteForTests } from './open-sqlite.ts'

describe('the embedded store', () => storeContracts(openSqliteForTests))
