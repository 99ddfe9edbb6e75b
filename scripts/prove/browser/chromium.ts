/** The real browser of a proof, when there is one. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BrowserContext, chromium } from 'playwright-core'
import { flags } from '../../../test/browser/support/flags.ts'
import { findChromium } from '../../test/chromium.ts'
import type { Front } from '../front/front.ts'
import { is, type Row } from '../part.ts'

export type Opened = {
  readonly context: BrowserContext
  /** Where all that it keeps lies, to be searched once it is closed. */
  readonly profile: string
  close(): Promise<void>
  /** Erases the profile. */
  erase(): Promise<void>
}

/** Somebody's own browser, with a profile that lasts: every host of .test is this machine's front. */
export const openBrowser = async (
  path: string,
  front: Front,
  options: { readonly javaScriptEnabled?: false } = {},
): Promise<Opened> => {
  const profile = await mkdtemp(join(tmpdir(), 'guichet-prove-profile-'))
  const context = await chromium.launchPersistentContext(profile, {
    ...options,
    executablePath: path,
    locale: 'fr-FR',
    args: [
      ...flags,
      '--host-resolver-rules=MAP *.test 127.0.0.1',
      // trusted as in production: pages are cached and cookies kept as they would be
      `--ignore-certificate-errors-spki-list=${front.certificate.fingerprint}`,
    ],
  })
  context.setDefaultTimeout(15_000)
  return {
    context,
    profile,
    close: () => context.close(),
    erase: () => rm(profile, { recursive: true, force: true }),
  }
}

/** The rows of what a browser sees, or the one that says that there is none: which fails where all servers are required. */
export const inBrowser = async (run: (path: string) => Promise<readonly Row[]>): Promise<readonly Row[]> => {
  const found = findChromium()
  if (found.kind === 'found') return run(found.path)
  const what = 'in a real browser'
  const note = found.sentence
  return process.env.REQUIRE_ALL_SERVERS === '1'
    ? [is(what, 'not run', 'run', note)]
    : [{ what, figure: 'not run', note }]
}
