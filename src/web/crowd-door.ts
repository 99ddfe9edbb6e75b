import type { IncomingMessage, ServerResponse } from 'node:http'
import { collectBody } from '../operations/collect.ts'
import type { Log } from '../operations/log.ts'
import { comeBackSeconds } from '../protection/passwords.ts'
import { blank, makeBlanks } from './kit/blanks.ts'
import type { Cookies } from './kit/cookies.ts'
import { PAGE_HEADERS, securityHeaders } from './kit/headers.ts'
import { cleanPath } from './kit/own-path.ts'
import { makeSharedLine } from './kit/shared-line.ts'
import { languageOf } from './middleware/language.ts'
import type { Views } from './views/engine.ts'

/** Forms whose password is hashed. */
const HASHED = /^\/(?:connexion\/[^/]+|inscription(?:\/[^/]+)?|activation|mot-de-passe-oublie\/nouveau)$/

/** Forms that are read even so, in a second: those who send them get them back with what they typed. */
const READ_PER_SECOND = 10

/** What is left in the wire of a form that nobody reads: an answer given before its end would be lost with the connection. */
const LEFT = { bytes: 64 * 1024, seconds: 15 }

const SECOND_MS = 1000

/** Whether one more may be, in this second. */
const makeAllowance = (perSecond: number) => {
  let second = 0
  let given = 0
  return (): boolean => {
    const now = Math.floor(performance.now() / SECOND_MS)
    if (now !== second) given = 0
    second = now
    given += 1
    return given <= perSecond
  }
}

const pathOf = ({ url = '' }: IncomingMessage): string => {
  const query = url.indexOf('?')
  return query < 0 ? url : url.slice(0, query)
}

export type CrowdDoorNeeds = {
  readonly host: string
  readonly secure: boolean
  /** Whether the machine hashes all that it can. */
  readonly full: () => boolean
  readonly views: Views
  readonly cookies: Pick<Cookies, 'plainIn'>
  readonly log: Log
  readonly readPerSecond?: number
}

/**
 * When the machine hashes all that it can, a form costs more to read and to show again than can be spent on each of a crowd: beyond
 * a few a second, people are told at the door when to come back, by a page made beforehand. Nothing of the form is read, nothing is
 * looked up. false: the site answers.
 */
export const makeCrowdDoor = ({
  host,
  secure,
  full,
  views,
  cookies,
  log,
  readPerSecond = READ_PER_SECOND,
}: CrowdDoorNeeds) => {
  const mayBeRead = makeAllowance(readPerSecond)
  const counted = makeSharedLine((request, turnedAway) =>
    log.warn({ request, code: 'BUSY', status: 503, turnedAway }, 'turned away at the door'),
  )
  const pages = makeBlanks()
  const headers = [...[...securityHeaders(secure), ...PAGE_HEADERS].flat(), 'Content-Type', 'text/html; charset=utf-8']

  const turnAway = async (req: IncomingMessage, res: ServerResponse, path: string): Promise<void> => {
    if (typeof (await collectBody(req, LEFT)) === 'string') res.setHeader('Connection', 'close')
    const seconds = comeBackSeconds()
    const language = languageOf(cookies.plainIn(req, 'language'), req.headers['accept-language'])
    const render = () =>
      views.render(
        'error',
        { code: 'BUSY', key: 'busy', wait: { seconds }, hrefs: {} },
        { language, path: blank('path'), requestId: blank('id'), signedIn: false, posted: true },
      )
    const body = Buffer.from(pages.fill(`${language} ${seconds}`, render, { path: cleanPath(path), id: counted() }))
    res.writeHead(503, [...headers, 'Retry-After', String(seconds), 'Content-Length', String(body.length)])
    res.end(body)
  }

  return (req: IncomingMessage, res: ServerResponse): boolean => {
    if (req.method !== 'POST' || !full()) return false
    const path = pathOf(req)
    if (!HASHED.test(path) || req.headers.host !== host || (req.headersDistinct.host?.length ?? 0) > 1) return false
    if (mayBeRead()) return false
    void turnAway(req, res, path)
    return true
  }
}
