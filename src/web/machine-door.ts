import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Oidc } from '../oidc/contracts.ts'
import { setAmbient } from '../operations/ambient.ts'
import { type Log, logRequest, statusTold } from '../operations/log.ts'
import { writeSecurityHeaders } from './kit/headers.ts'
import { newReference } from './middleware/arrival.ts'

export type MachineDoorNeeds = {
  readonly host: string
  readonly secure: boolean
  readonly oidc: Pick<Oidc, 'ownsForMachines' | 'handleForMachines'>
  readonly log: Log
  readonly networkOf: (remoteAddress: string | undefined, forwardedFor: string | undefined) => string
}

const forwardedFor = (req: IncomingMessage): string | undefined => {
  const header = req.headers['x-forwarded-for']
  return Array.isArray(header) ? header.join(',') : header
}

/**
 * Where services' own servers come in, for tokens and keys: the same headers, reference and log line as everywhere, and none of
 * what pages need. false: not theirs, or not asked in the usual way, and the site answers.
 */
export const makeMachineDoor =
  ({ host, secure, oidc, log, networkOf }: MachineDoorNeeds) =>
  (req: IncomingMessage, res: ServerResponse): boolean => {
    const { url = '', method = '', headers } = req
    const query = url.indexOf('?')
    const path = query < 0 ? url : url.slice(0, query)
    if (!oidc.ownsForMachines(path) || headers.host !== host || (req.headersDistinct.host?.length ?? 0) > 1)
      return false

    const start = performance.now()
    const request = newReference()
    setAmbient(req, {
      requestId: request,
      language: 'fr',
      get network() {
        return networkOf(req.socket.remoteAddress, forwardedFor(req))
      },
    })
    writeSecurityHeaders(res, secure)
    res.once('close', () => {
      logRequest(log, {
        request,
        method,
        route: path,
        status: statusTold(res),
        milliseconds: performance.now() - start,
      })
    })
    void oidc.handleForMachines(req, res)
    return true
  }
