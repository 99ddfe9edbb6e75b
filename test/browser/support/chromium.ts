import { accessSync, constants } from 'node:fs'
import { it, jest } from '@jest/globals'
import { type Browser, chromium } from 'playwright-core'
import { flags } from './flags.ts'
import { proving } from './variants.ts'

const path = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium'

const isThere = (): boolean => {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** Without a browser these tests do not run; `npm test` says so in its last lines. */
export const hasBrowser = isThere()
export const itInBrowser = hasBrowser ? it : it.skip

/** Many pages in one test, on a machine that may be busy; servers to start before it, where there are. */
jest.setTimeout(proving || process.env.TEST_STORE ? 300_000 : 90_000)

export const launch = (): Promise<Browser> => chromium.launch({ executablePath: path, args: flags })
