import type { IncomingMessage } from 'node:http'

/** RFC 6454, 7: a scheme, a host and a port as browsers write them, or « null ». */
const WRITTEN = /^(?:null|[a-z][a-z\d+.-]*:\/\/[a-z\d.[\]:_-]+)$/i

/** Nobody's. */
const NOBODY = 'https://malformed.invalid'

/** An Origin that no browser writes is somebody else's, whose words no header of an answer repeats. */
export const readableOrigin = ({ headers }: IncomingMessage): void => {
  if (headers.origin !== undefined && !WRITTEN.test(headers.origin)) headers.origin = NOBODY
}
